/** Something to tell on stderr beside the progress. */
export interface Message {
  readonly kind: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, '; ').trim();

/** `error CODE: message (hint: …)`, or the same as a JSON object among the events of `--log json`. */
export function messageLine({ kind, code, message, hint }: Message, isJson: boolean): string {
  if (isJson) return JSON.stringify({ kind, code, message, hint });
  return `${kind} ${code}: ${oneLine(message)}${hint === undefined ? '' : ` (hint: ${oneLine(hint)})`}`;
}

/** Whether a command line asks for JSON on stderr; it may be too wrong to be parsed. */
export function asksForJsonLog(args: readonly string[]): boolean {
  return args.some((arg, at) => arg === '--log=json' || (arg === '--log' && args[at + 1] === 'json'));
}
