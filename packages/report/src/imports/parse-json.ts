import { type JsonFault, parseJsonText } from '@assay/loadgen';
import { ReportError } from '../errors.ts';
import { JsonPlace } from './json-place.ts';

/** What Python writes for figures of nothing, which JSON does not know. */
const NOT_JSON = /(?<=[:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g;

/** A file of JSON, or of one JSON document a line. @throws ReportError IMPORT_INVALID with file, line and column */
export function parseJson(text: string, file: string): readonly JsonPlace[] {
  const whole = tryParse(text);
  if (whole.ok) return [new JsonPlace(whole.value, file)];
  const lines = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));
  return lines.map(({ line, number }) => {
    const parsed = tryParse(line);
    if (parsed.ok) return new JsonPlace(parsed.value, `${file}:${number}`);
    const isWhole = lines.length === 1 || number === 1;
    const { message, line: at, column } = isWhole ? whole.fault : { ...parsed.fault, line: number };
    throw new ReportError(
      'IMPORT_INVALID',
      `${file}:${at}:${column}: ${message}`,
      'the file is no JSON, or was cut off',
    );
  });
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: JsonFault };

function tryParse(text: string): Parsed {
  const parsed = parseJsonText(text);
  if (parsed.ok || !/NaN|Infinity/.test(text)) return parsed;
  const replaced = parseJsonText(text.replaceAll(NOT_JSON, 'null'));
  return replaced.ok ? replaced : parsed;
}
