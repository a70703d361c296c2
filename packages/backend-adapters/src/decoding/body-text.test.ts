import { expect, test } from 'vitest';
import { BodyText } from './body-text.ts';

test.each([
  ['a Node buffer', Buffer.allocUnsafeSlow(16)],
  ['a typed array', new Uint8Array(16)],
])('parts are kept when the read buffer is used again: %s', (_name, buffer) => {
  const body = new BodyText();
  for (const part of ['{"a":', '"Grüße"', '}']) {
    const { written } = new TextEncoder().encodeInto(part, buffer.subarray(2));
    body.append(buffer, 2, 2 + written);
    buffer.fill(0x21);
  }
  expect(body.text).toBe('{"a":"Grüße"}');
  expect(body.bytes).toEqual(new TextEncoder().encode('{"a":"Grüße"}'));
});
