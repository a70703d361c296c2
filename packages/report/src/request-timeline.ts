import type { RequestRecord, ResultsDocument } from '@assay/contracts';
import { escapeHtml } from './escape.ts';

/** Requests that the timeline shows at most. */
export const MOST_ROWS = 150;
const ROW = 4;
const WIDTH = 1000;

/** The fields of a record that a row is drawn from. */
export type TimelineRow = Pick<
  RequestRecord,
  'index' | 'scheduledMs' | 'sentMs' | 'firstTokenMs' | 'endMs' | 'outcome' | 'code' | 'outputTokens'
>;

export function toTimelineRow(record: RequestRecord): TimelineRow {
  const { index, scheduledMs, sentMs, firstTokenMs, endMs, outcome, code, outputTokens } = record;
  return { index, scheduledMs, sentMs, firstTokenMs, endMs, outcome, code, outputTokens };
}

/** Request timeline (Gantt): waiting to be sent, waiting for the first token, streaming; a picture without scripts. */
export function requestTimeline(results: ResultsDocument, rows: readonly TimelineRow[], total: number): string {
  if (rows.length === 0) return '<p class="note">No request was offered.</p>';
  const startMs = Math.min(results.window?.startMs ?? Number.POSITIVE_INFINITY, rows[0]?.scheduledMs ?? 0);
  const endMs = rows.reduce((most, row) => Math.max(most, row.endMs ?? row.scheduledMs), startMs + 1);
  const x = (atMs: number): number => ((atMs - startMs) / (endMs - startMs)) * WIDTH;
  const bars = rows.map((row, index) => rowBars(row, index * ROW, x)).join('');
  const note =
    rows.length < total
      ? `${rows.length} of ${total} requests (at most ${MOST_ROWS}), evenly spaced in the order they were due.`
      : `All ${total} requests, in the order they were due.`;
  return `<p class="note">${note}</p>
<ul class="legend"><li><i class="k-wait"></i>to first token</li><li><i class="k-stream"></i>streaming</li><li><i class="k-fail"></i>not ok</li><li><i class="k-lag"></i>due, not yet sent</li></ul>
<svg class="gantt" role="img" aria-label="Timeline of requests" viewBox="0 0 ${WIDTH} ${rows.length * ROW}" preserveAspectRatio="none" style="height:${Math.max(rows.length * 3, 60)}px">${bars}</svg>
<div class="axis"><span>0 s</span><span>${seconds((endMs - startMs) / 2)}</span><span>${seconds(endMs - startMs)}</span></div>`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

function rowBars(row: TimelineRow, y: number, x: (atMs: number) => number): string {
  const bar = (kind: string, fromMs: number, toMs: number): string =>
    `<rect class="${kind}" x="${x(fromMs).toFixed(2)}" y="${y}" width="${Math.max(x(toMs) - x(fromMs), 0.8).toFixed(2)}" height="${ROW - 1}"/>`;
  const { scheduledMs, sentMs, firstTokenMs, endMs } = row;
  const parts: string[] = [];
  if (sentMs !== null && sentMs - scheduledMs > 1) parts.push(bar('k-lag', scheduledMs, sentMs));
  const fromMs = sentMs ?? scheduledMs;
  if (row.outcome !== 'ok') parts.push(bar('k-fail', fromMs, endMs ?? fromMs));
  else {
    parts.push(bar('k-wait', fromMs, firstTokenMs ?? endMs ?? fromMs));
    if (firstTokenMs !== null && endMs !== null) parts.push(bar('k-stream', firstTokenMs, endMs));
  }
  const end = row.outcome === 'ok' ? `${row.outputTokens ?? '?'} tokens` : (row.code ?? row.outcome);
  const ttft = firstTokenMs === null ? '' : `, first token after ${(firstTokenMs - scheduledMs).toFixed(1)} ms`;
  const all = endMs === null ? '' : `, ended after ${(endMs - scheduledMs).toFixed(1)} ms`;
  return `<g><title>${escapeHtml(`#${row.index}: ${end}${ttft}${all}`)}</title>${parts.join('')}</g>`;
}
