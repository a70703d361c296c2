import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedact } from './redact.ts';

const KEY = 'sk-proj-9+/x=verySecret_77abcdef';

describe('texts', () => {
  const redact = createRedact([KEY, 'a"b\\cdefgh', 'Basic dXNlcjpvcGVuLXNlc2FtZQ==', 'short', 'k1']);

  it.each([
    [`{"message":"you sent Bearer ${KEY}"}`, '{"message":"you sent Bearer [secret]"}'],
    [`${KEY}${KEY}`, '[secret][secret]'],
    ['begun: sk-proj-9+', 'begun: [secret]'],
    ['its end: …cret_77abcdef', 'its end: …[secret]'],
    [KEY.toUpperCase(), '[secret]'],
    ['seven of its characters: sk-proj', 'seven of its characters: sk-proj'],
    [JSON.stringify('quoted a"b\\cdefgh'), '"quoted [secret]"'],
    [JSON.stringify(JSON.stringify({ key: 'a"b\\cdefgh' })), '"{\\"key\\":\\"[secret]\\"}"'],
    [`/login?key=${encodeURIComponent(KEY)}&a=1`, '/login?key=[secret]&a=1'],
    [`<p>${'a"b\\cdefgh'.replaceAll('"', '&quot;')}</p>`, '<p>[secret]</p>'],
    [`base64 ${Buffer.from(KEY).toString('base64')}`, 'base64 [secret]'],
    [Buffer.from(KEY).toString('hex'), '[secret]'],
    ['the password is open-sesame', 'the password is [secret]'],
    ['the short one, and shortly', 'the [secret] one, and [secret]ly'],
    ['k1, k12 and "k1"', '[secret], k12 and "[secret]"'],
    ['nothing', 'nothing'],
  ])('%s', (text, masked) => expect(redact.text(text)).toBe(masked));

  it('no secrets, no change', () => expect(createRedact(['']).text('text')).toBe('text'));
});

describe('documents', () => {
  it('stay documents: figures and the words of their formats are nobody’s secret', () => {
    const { document } = createRedact(['measured', '12345678', 'ok', KEY]);
    expect(document({ state: 'measured', value: 12_345_678, [`by ${KEY}`]: ['ok', `is ${KEY}`, null] })).toEqual({
      state: 'measured',
      value: 12_345_678,
      'by [secret]': ['ok', 'is [secret]', null],
    });
  });

  it.each(['null', '12345678', 'true', '"},{"a":1', '[{"a":{}}]'])(
    'as texts stay JSON, whatever the key: %s',
    (key) => {
      const { text } = createRedact([key]);
      const value = [{ value: 12_345_678, known: null, sure: true, says: `no ${key}` }, { a: 1 }];
      const masked = [{ value: 12_345_678, known: null, sure: true, says: 'no [secret]' }, { a: 1 }];
      expect(text(`${JSON.stringify(value, null, 2)}\n`)).toBe(`${JSON.stringify(masked, null, 2)}\n`);
      const lines = (all: readonly object[]): string => all.map((each) => `${JSON.stringify(each)}\n`).join('');
      expect(text(lines(value))).toBe(lines(masked));
    },
  );
});

const FORMS: readonly ((key: string) => string)[] = [
  (key) => key,
  (key) => key.slice(1),
  (key) => key.slice(0, -1),
  encodeURIComponent,
  (key) => JSON.stringify({ key }),
  (key) => JSON.stringify(JSON.stringify({ key })),
  (key) => Buffer.from(key).toString('base64'),
  (key) => Buffer.from(`user:${key}`).toString('base64url'),
  (key) => Buffer.from(`u:${key}@host`).toString('base64'),
];

const keys = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 10, maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes))
  .filter((key) => !'[secret]'.includes(key));

/** Every run of eight characters. */
function* partsOf(text: string): Generator<string> {
  for (let at = 0; at + 8 <= text.length; at++) yield text.slice(at, at + 8);
}

describe('random keys in random places', () => {
  it('never stand in what comes out, nor does a part of theirs', () => {
    const quote = fc.record({ form: fc.constantFrom(...FORMS), before: fc.string(), isInJson: fc.boolean() });
    fc.assert(
      fc.property(keys, fc.array(quote, { minLength: 1, maxLength: 5 }), (key, quotes) => {
        const parts = quotes.map(({ form, before, isInJson }) => {
          const said = `${before.replaceAll('\n', '')} ${form(key)}`;
          return isInJson ? JSON.stringify({ said }) : said;
        });
        const out = createRedact([key]).text(parts.join('\n'));
        const encoded = Buffer.from(key).toString('base64').slice(0, -4);
        for (const text of [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1), encoded]) {
          for (const part of partsOf(text)) expect(out).not.toContain(part);
        }
      }),
    );
  });

  it('are all that is masked', () => {
    const others = fc.string({ maxLength: 300 });
    fc.assert(
      fc.property(keys, others, (key, text) => {
        const folded = text.toLowerCase();
        fc.pre([...partsOf(key.toLowerCase())].every((part) => !folded.includes(part)));
        expect(createRedact([key]).text(text)).toBe(text);
      }),
    );
  });
});
