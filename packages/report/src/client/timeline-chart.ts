import uPlot from 'uplot';
import type { Timeline, TimelineRow } from '../chart/chart-data.ts';
import { createAxis, formatShort } from './axis.ts';
import type { Palette } from './palette.ts';

/** One bar a request: waiting to be sent, waiting for the first token, streaming. */
export function createTimelineChart(host: HTMLElement, { rows }: Timeline, palette: Palette): uPlot | undefined {
  if (rows.length === 0) return undefined;
  const first = rows.reduce((least, row) => Math.min(least, row.scheduledMs), Number.POSITIVE_INFINITY) / 1000;
  const last = rows.reduce((most, row) => Math.max(most, endOf(row)), 0) / 1000;
  const options: uPlot.Options = {
    width: host.clientWidth,
    height: host.clientHeight,
    legend: { show: false },
    cursor: { drag: { x: true, y: false }, points: { show: false } },
    scales: {
      x: { time: false, range: (_chart, low, high) => (low === null || low === high ? [first, last] : [low, high]) },
      y: { range: [rows.length, 0], dir: 1 },
    },
    axes: [
      createAxis(palette, 'seconds since the start'),
      createAxis(palette, 'request', {
        size: 52,
        grid: { show: false },
        values: (_chart, splits) => splits.map((row) => String(rows[row]?.index ?? '')),
      }),
    ],
    series: [{ label: 's' }, { show: true, paths: () => null, points: { show: false } }],
    hooks: { draw: [(chart) => drawRows(chart, rows, palette)], setCursor: [(chart) => describe(chart, rows)] },
  };
  return new uPlot(
    options,
    [
      [first, Math.max(last, first + 0.001)],
      [0, 0],
    ],
    host,
  );
}

function endOf(row: TimelineRow): number {
  return row.endMs ?? row.firstTokenMs ?? row.sentMs ?? row.scheduledMs;
}

function drawRows(chart: uPlot, rows: readonly TimelineRow[], palette: Palette): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  const height = bbox.height / rows.length;
  const thick = Math.max(1, height * 0.8);
  rows.forEach((row, at) => {
    const top = bbox.top + at * height;
    const bar = (fromMs: number, toMs: number, colour: string): void => {
      const left = chart.valToPos(fromMs / 1000, 'x', true);
      ctx.fillStyle = colour;
      ctx.fillRect(left, top, Math.max(devicePixelRatio, chart.valToPos(toMs / 1000, 'x', true) - left), thick);
    };
    ctx.globalAlpha = row.isWarmup ? 0.4 : 1;
    const sentMs = row.sentMs ?? row.scheduledMs;
    if (sentMs > row.scheduledMs) bar(row.scheduledMs, sentMs, palette.late);
    if (!row.isOk) bar(sentMs, endOf(row), palette.bad);
    else {
      bar(sentMs, row.firstTokenMs ?? endOf(row), palette.first);
      if (row.firstTokenMs !== null) bar(row.firstTokenMs, endOf(row), palette.tokens);
    }
  });
  ctx.restore();
}

/** Says in words what is under the pointer. */
function describe(chart: uPlot, rows: readonly TimelineRow[]): void {
  const target = document.getElementById('timeline-detail');
  const top = chart.cursor.top ?? -1;
  if (target === null || top < 0) return;
  const row = rows[Math.floor((top / (chart.bbox.height / devicePixelRatio)) * rows.length)];
  if (row === undefined) return;
  const from = row.sentMs ?? row.scheduledMs;
  const parts = [
    `${row.isWarmup ? 'warm-up ' : ''}request ${row.index}: ${row.label}`,
    `due at ${formatShort(row.scheduledMs / 1000)} s`,
    row.sentMs === null ? 'never sent' : `sent ${formatShort(row.sentMs - row.scheduledMs)} ms later`,
    row.firstTokenMs === null ? '' : `first token after ${formatShort(row.firstTokenMs - from)} ms`,
    row.endMs === null ? '' : `ended after ${formatShort(row.endMs - from)} ms`,
  ];
  target.textContent = parts.filter((part) => part !== '').join(' · ');
}
