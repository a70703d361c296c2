import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedact } from './redact.ts';

describe('secrets', () => {
  const redact = createRedact(['sk-SECRET-0123456789', 'a"b\\cdefgh']);

  it.each([
    ['{"message":"you sent Bearer sk-SECRET-0123456789"}', '{"message":"you sent Bearer [secret]"}'],
    ['sk-SECRET-0123456789sk-SECRET-0123456789', '[secret][secret]'],
    ['cut off: sk-SECRET-01', 'cut off: [secret]'],
    ['other: sk-PUBLIC', 'other: sk-PUBLIC'],
    [JSON.stringify('quoted a"b\\cdefgh'), '"quoted [secret]"'],
    ['nothing', 'nothing'],
  ])('%s', (text, masked) => expect(redact(text)).toBe(masked));

  it('never stand in what comes out, and nothing else changes', () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' })
      .filter((text) => !'[secret]'.includes(text));
    fc.assert(
      fc.property(secret, fc.array(fc.string(), { maxLength: 5 }), (key, parts) => {
        const out = createRedact([key])(parts.join(key));
        expect(out.includes(key)).toBe(false);
        const isQuiet = parts.every((part) => !part.includes(key.slice(0, 4)) && !key.includes(part.at(-1) ?? '\n'));
        if (isQuiet && parts.length > 0) expect(out).toBe(parts.join('[secret]'));
      }),
    );
  });

  it('no secrets, no change', () => expect(createRedact([''])('text')).toBe('text'));
});
