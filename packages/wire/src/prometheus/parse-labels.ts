import { WireError } from '../wire-error.ts';

const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y;
const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

/** Reads `{name="value",…}`; throws `WireError` (`METRICS_INVALID`) with the line. */
export function parseLabels(text: string, line: number): Record<string, string> {
  const body = text.slice(1, -1);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < body.length) {
    const at = LABEL.lastIndex;
    const [whole, name, value] = LABEL.exec(body) ?? [];
    if (whole === undefined || name === undefined || value === undefined) {
      if (body.slice(at).trim() === '') break;
      throw new WireError('METRICS_INVALID', `line ${line} has broken labels: ${text.slice(0, 80)}`, { line });
    }
    if (Object.hasOwn(labels, name)) {
      throw new WireError('METRICS_INVALID', `line ${line} names the label ${name} twice`, { line });
    }
    labels[name] = value.replace(/\\./g, (pair) => ESCAPES[pair] ?? pair);
    LABEL.lastIndex = at + whole.length;
  }
  return labels;
}
