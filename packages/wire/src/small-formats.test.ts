import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNdjsonScanner, formatTraceParent, parseMetrics, parseQuantity, parseTraceParent } from './index.ts';

describe('NDJSON', () => {
  it('gives the same lines for every cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{"a":1}', '{"é":"🙂"}', '', ' '), { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.nat(80)),
        (lines, end, hasEnd, offsets) => {
          const text = lines.join(end) + (hasEnd ? end : '');
          const bytes = new TextEncoder().encode(text);
          const seen: string[] = [];
          const scanner = createNdjsonScanner({
            onLine: (data, start, stop) => seen.push(new TextDecoder().decode(data.slice(start, stop))),
          });
          let at = 0;
          for (const cut of [
            ...offsets.map((offset) => offset % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ]) {
            scanner.push(bytes, at, cut);
            at = cut;
          }
          scanner.finish();
          expect(seen).toEqual(text.split(/\r?\n/).filter((line) => line !== ''));
        },
      ),
    );
  });
});

describe('traceparent', () => {
  // W3C Trace Context, https://www.w3.org/TR/trace-context-2/#examples-of-http-traceparent-headers and its conformance rules.
  it.each([
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', true],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', true],
    ['cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like', true],
    ['cc-12345678901234567890123456789012-1234567890123456-01.what-the-future-will-not-be-like', false],
    ['00-12345678901234567890123456789012-1234567890123456-01-what', false],
    ['ff-12345678901234567890123456789012-1234567890123456-01', false],
    ['00-00000000000000000000000000000000-1234567890123456-01', false],
    ['00-12345678901234567890123456789012-0000000000000000-01', false],
    ['00-ABCDEF78901234567890123456789012-1234567890123456-01', false],
    ['', false],
  ])('%s is taken: %s', (header, isTaken) => {
    const parsed = parseTraceParent(header);
    expect(parsed !== undefined).toBe(isTaken);
    if (parsed !== undefined && header.startsWith('00')) expect(formatTraceParent(parsed)).toBe(header);
  });
});

describe('Kubernetes quantities', () => {
  it.each([
    ['500m', 0.5],
    ['2Gi', 2 * 1024 ** 3],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1E', 1e18],
    ['0.5', 0.5],
    ['100n', 1e-7],
    ['-1.5Ki', -1536],
    ['.5', 0.5],
    ['5.', 5],
  ])('%s is %d', (text, value) => expect(parseQuantity(text)).toBe(value));
  it.each(['', 'Gi', '1.2.3', '1kb', '1 Gi', '1Ei3', '0x10', '1e400'])('%j is refused', (text) =>
    expect(() => parseQuantity(text)).toThrow('no Kubernetes quantity'),
  );
});

describe('metrics pages', () => {
  it('skips blanks around a line, and refuses a label that is named twice', () => {
    expect(parseMetrics('  x{a="1"} 4 \n\t# HELP x y\n')[0]?.samples).toMatchObject([{ name: 'x', value: 4 }]);
    expect(() => parseMetrics('x{a="1",a="2"} 4\n')).toThrow('twice');
  });

  it('reads families, suffixes, escapes, special values and times', () => {
    const page =
      '# HELP a_seconds Time\\nspent\n# TYPE a_seconds histogram\na_seconds_bucket{le="+Inf",x="q\\"\\\\\\n,}"} 3\na_seconds_sum 1.5e-1\na_seconds_count 3 1700000000000\n\n# TYPE b_total counter\nb_total{} +Inf\nlonely NaN\n';
    const [histogram, counter, lonely] = parseMetrics(page);
    expect(histogram).toMatchObject({ name: 'a_seconds', type: 'histogram', help: 'Time\nspent' });
    expect(histogram?.samples.map(({ value }) => value)).toEqual([3, 0.15, 3]);
    expect(histogram?.samples[0]?.labels).toEqual({ le: '+Inf', x: 'q"\\\n,}' });
    expect(histogram?.samples[2]?.timestampMs).toBe(1_700_000_000_000);
    expect(counter?.samples[0]?.value).toBe(Number.POSITIVE_INFINITY);
    expect(lonely).toMatchObject({ name: 'lonely', type: 'untyped' });
  });
  it('reads OpenMetrics: counters by suffix, exemplars, seconds', () => {
    const [family] = parseMetrics('# TYPE c counter\nc_total{a="}"} 5 1700000000.5 # {trace_id="x"} 1\n# EOF\n');
    expect(family).toMatchObject({
      name: 'c',
      samples: [{ name: 'c_total', value: 5, timestampMs: 1_700_000_000_500 }],
    });
  });
  it.each(['<html>', 'a b', 'a{b="c} 1', 'a{b=c} 1', '1a 2'])('refuses %j with its line', (line) => {
    expect(() => parseMetrics(`ok 1\n${line}\n`)).toThrow('line 2');
  });
});
