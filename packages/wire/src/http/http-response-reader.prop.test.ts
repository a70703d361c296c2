import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collectResponse, latin1 } from '../../test/http/collect-response.ts';

const token = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
const fieldLine = fc
  .tuple(fc.stringMatching(/^X-[A-Za-z0-9]{1,10}$/), fc.stringMatching(/^[ -~]{0,40}$/))
  .map(([name, value]) => `${name}: ${value}\r\n`);
const payload = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

interface Sample {
  readonly text: string;
  readonly body: string;
}

const framed: fc.Arbitrary<Sample> = fc.oneof(
  payload.map((body) => ({ text: `Content-Length: ${body.length}\r\n\r\n${body}`, body })),
  payload.map((body) => ({ text: `\r\n${body}`, body })),
  fc
    .tuple(
      fc.array(
        payload.filter((part) => part.length > 0),
        { maxLength: 5 },
      ),
      fc.option(token),
      fc.array(fieldLine, { maxLength: 2 }),
    )
    .map(([parts, extension, trailers]) => {
      const suffix = extension === null ? '' : `;${extension}=1`;
      const chunks = parts.map((part) => `${part.length.toString(16)}${suffix}\r\n${part}\r\n`).join('');
      return { text: `Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n${trailers.join('')}\r\n`, body: parts.join('') };
    }),
);

const response: fc.Arbitrary<Sample> = fc
  .tuple(fc.boolean(), fc.array(fieldLine, { maxLength: 4 }), framed)
  .map(([hasInformational, fields, { text, body }]) => ({
    text: `${hasInformational ? 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n' : ''}HTTP/1.1 200 OK\r\n${fields.join('')}${text}`,
    body,
  }));

const mutation = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  byte: fc.constantFrom(10, 13, 0, 32, 58, 59, 48, 57, 65, 255),
});

test('a well-formed response is read in full', () => {
  fc.assert(
    fc.property(response, ({ text, body }) => {
      expect(collectResponse(latin1(text))).toMatchObject({ status: 200, end: 'complete', body });
    }),
  );
});

test('every chunking of any bytes gives the same result', () => {
  fc.assert(
    fc.property(
      response,
      fc.array(mutation, { maxLength: 3 }),
      fc.array(fc.nat(1000), { maxLength: 12 }),
      ({ text }, mutations, cuts) => {
        const bytes = latin1(text);
        for (const { at, byte } of mutations) bytes[Math.floor(at * bytes.length)] = byte;
        const limits = { maxHeadBytes: 300, maxHeaders: 6, maxChunkLineBytes: 12 };
        const { consumedBytes: _, ...whole } = collectResponse(bytes, { limits });
        const everyByte = [...bytes.keys()];
        expect(collectResponse(bytes, { limits, cuts: cuts.filter((cut) => cut < bytes.length) })).toMatchObject(whole);
        expect(collectResponse(bytes, { limits, cuts: everyByte })).toMatchObject(whole);
      },
    ),
    { numRuns: 300 },
  );
});
