import { jsonAscii } from '../../api/event-text.ts';

/** An event with a name, which its data repeats. */
export function namedEvent(type: string, data: Readonly<Record<string, unknown>> = {}): string {
  return `event: ${type}\ndata: ${jsonAscii({ type, ...data })}\n\n`;
}
