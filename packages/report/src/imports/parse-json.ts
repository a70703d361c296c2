import { ReportError } from '../errors.ts';
import { JsonPlace } from './json-place.ts';

/** What Python writes for figures of nothing, which JSON does not know. */
const NOT_JSON = /(?<=[:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g;

/** A file of JSON, or of one JSON document a line. @throws ReportError IMPORT_INVALID with file and line */
export function parseJson(text: string, file: string): readonly JsonPlace[] {
  const whole = tryParse(text);
  if (whole.ok) return [new JsonPlace(whole.value, file)];
  const lines = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));
  return lines.map(({ line, number }) => {
    const parsed = tryParse(line);
    if (parsed.ok) return new JsonPlace(parsed.value, `${file}:${number}`);
    const reason = lines.length === 1 || number === 1 ? whole.reason : parsed.reason;
    throw new ReportError('IMPORT_INVALID', `${file}:${number}: ${reason}`, 'the file is no JSON, or was cut off');
  });
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

function tryParse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!/NaN|Infinity/.test(text)) return { ok: false, reason };
    try {
      return { ok: true, value: JSON.parse(text.replaceAll(NOT_JSON, 'null')) };
    } catch {
      return { ok: false, reason };
    }
  }
}
