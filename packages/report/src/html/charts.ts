import type { Finding } from '@assay/contracts';
import type { ChartData, Distribution, OverTime, Timeline } from '../chart/chart-data.ts';
import { panel } from './element.ts';
import { escapeHtml } from './escape.ts';

/** The panels the page's script draws into; each says in words what it shows and what it leaves out. */
export function renderCharts(data: ChartData, findings: readonly Finding[]): string {
  return (
    `<div class="pair">${renderDistribution('ttft', 'Time to first token', data.ttft)}${renderDistribution('itl', 'Between tokens', data.itl)}</div>` +
    renderOverTime(data.overTime, findings) +
    renderTimeline(data.timeline)
  );
}

function renderDistribution(id: string, heading: string, distribution: Distribution | null): string {
  if (distribution === null)
    return panel(heading, '<p class="muted">No samples: nothing was streamed, or nothing ended well.</p>');
  const note = `${distribution.samples} samples of successful requests. Dashed: quantiles of results.json.`;
  return panel(heading, `${host(`chart-${id}`, `Histogram: ${heading}`, 'chart')}<p class="small muted">${note}</p>`);
}

function renderOverTime(data: OverTime, findings: readonly Finding[]): string {
  if (data.total === 0 && data.errorsTotal === 0)
    return panel('Latency over time', '<p class="muted">No requests.</p>');
  const name = data.kind === 'ttft' ? 'time to first token from the due time' : 'whole request from the due time';
  const key = [
    swatch('first', `one request: ${name}`),
    swatch('text', 'median of a span of time'),
    swatch('tokens', 'p99 of it'),
    swatch('bad', `not ok (${data.errorsTotal})`),
    ...(data.lateTotal > 0 ? [swatch('late', `sent over 1 ms late (${data.lateTotal})`)] : []),
    ...(data.window === null ? [] : [swatch('wait', 'outside the measured window')]),
  ];
  const sampled =
    data.shown < data.total
      ? `<p class="small muted">${data.shown} of ${data.total} requests drawn, at even distances; the lines use all.</p>`
      : '';
  const marked = findings.map(
    ({ code, severity }) =>
      `<span class="${severity === 'invalidates' ? 'untrustworthy' : 'limited'}">⚠ ${escapeHtml(code)}</span>`,
  );
  const notes = marked.length === 0 ? '' : `<p class="key">Findings that hold for this run: ${marked.join(' ')}</p>`;
  return panel(
    'Latency over time',
    `<p class="key">${key.join('')}</p>${notes}${host('chart-over-time', 'Latency by due time', 'chart tall')}${sampled}<p class="small muted">Drag to zoom, double-click to zoom out.</p>`,
  );
}

function renderTimeline({ rows, shown, total }: Timeline): string {
  if (rows.length === 0) return panel('Request timeline', '<p class="muted">No requests.</p>');
  const which = shown < total ? `A sample: ${shown} of ${total} requests, at even distances` : `All ${total} requests`;
  const key = [
    swatch('late', 'due, not yet sent'),
    swatch('first', 'waiting for the first token'),
    swatch('tokens', 'streaming'),
    swatch('bad', 'did not end well'),
  ];
  return panel(
    'Request timeline',
    `<p class="small muted">${which}, in order of due time. Warm-up is paler.</p><p class="key">${key.join('')}</p>${host('chart-timeline', 'Timeline of requests', 'chart rows')}<p class="small muted" id="timeline-detail" aria-live="polite">Point at a bar.</p>`,
  );
}

function swatch(colour: string, label: string): string {
  return `<span><i style="background:var(--${colour})"></i>${escapeHtml(label)}</span>`;
}

function host(id: string, label: string, classes: string): string {
  return `<div id="${id}" class="${classes}" role="img" aria-label="${escapeHtml(label)}"></div>`;
}
