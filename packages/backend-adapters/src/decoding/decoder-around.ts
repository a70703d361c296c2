import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';

/** A decoder that hands everything to another one; what it adds comes with the ways in and out that it takes over. */
export abstract class DecoderAround implements ResponseDecoder {
  protected readonly inner: ResponseDecoder;

  constructor(inner: ResponseDecoder) {
    this.inner = inner;
  }

  get isTerminated(): boolean {
    return this.inner.isTerminated;
  }

  get lastProgressAtMs(): number | undefined {
    return this.inner.lastProgressAtMs;
  }

  get hasFirstToken(): boolean {
    return this.inner.hasFirstToken;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>, atMs: number): void {
    this.inner.onHeaders(status, headers, atMs);
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.inner.onBody(bytes, start, end, atMs);
  }

  abstract finish(end: BodyEnd): DecodedResponse;
}
