import type { RequestRecord } from '@assay/contracts';

/** Sum of the counts in `arrivals`: tokens or events, as `arrivalsUnit` says. */
function arrivedUnits(record: RequestRecord): number {
  let units = 0;
  for (let i = 1; i < record.arrivals.length; i += 2) units += record.arrivals[i] ?? 0;
  return units;
}

/**
 * Tokens that arrived with content. A server counts the end token in its usage though nothing of it is sent, so events that
 * lack one of the usage are tokens one by one; larger differences mean several tokens in an event, and usage is right.
 */
function contentTokens(record: RequestRecord): number | undefined {
  const units = arrivedUnits(record);
  if (record.arrivalsUnit === 'tokens' && units > 0) return units;
  if (record.outputTokens === null) return undefined;
  return units > 0 && record.outputTokens - units === 1 ? units : record.outputTokens;
}

/**
 * Time per output token after the first read, milliseconds: (t_last − t_first) / (n − n_first). Where events hold several tokens and do not say how
 * many, those of the first read are estimated by its share of the events.
 */
export function timePerTokenMs(record: RequestRecord): number | undefined {
  if (record.firstTokenMs === null || record.lastTokenMs === null) return undefined;
  const tokens = contentTokens(record) ?? 0;
  const units = arrivedUnits(record);
  const first = (record.arrivals[1] ?? 1) * (units > 0 ? tokens / units : 1);
  const later = tokens - first;
  return later > 0 ? (record.lastTokenMs - record.firstTokenMs) / later : undefined;
}

/** Whether the counts of `arrivals` are events that hold several tokens, so that gaps between tokens cannot be told. */
export function isChunkLevel(record: RequestRecord): boolean {
  if (record.arrivalsUnit === 'tokens' || record.arrivals.length === 0) return false;
  if (record.outputTokens === null || record.outputTokensSource === 'event-count') return true;
  return record.outputTokens - arrivedUnits(record) > 1;
}
