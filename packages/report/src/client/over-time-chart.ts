import uPlot from 'uplot';
import type { OverTime } from '../chart/chart-data.ts';
import { createAxis, createLogLabels, formatShort } from './axis.ts';
import type { Palette } from './palette.ts';

/** Latency of single requests and its quantiles by due time, with errors, late sends and the window marked. */
export function createOverTimeChart(host: HTMLElement, data: OverTime, palette: Palette): uPlot | undefined {
  if (data.points.atMs.length === 0 && data.errors.length === 0) return undefined;
  const name = data.kind === 'ttft' ? 'TTFT' : 'whole request';
  const table = uPlot.join([
    [toSeconds(data.points.atMs), [...data.points.valueMs]],
    [toSeconds(data.bins.atMs), [...data.bins.p50Ms], [...data.bins.p99Ms]],
  ]);
  const [lowest, highest] = toRange(data.points.valueMs);
  const options: uPlot.Options = {
    width: host.clientWidth,
    height: host.clientHeight,
    cursor: { drag: { x: true, y: false } },
    scales: {
      x: { time: false, range: (_chart, low, high) => toTimeRange(data, low, high) },
      y: { distr: 3, range: [lowest, highest] },
    },
    axes: [
      createAxis(palette, 'seconds since the start, by due time'),
      createAxis(palette, `${name}, ms (log scale)`, { size: 52, values: createLogLabels(() => highest / lowest) }),
    ],
    series: [
      { label: 's', value: (_chart, value) => formatShort(value) },
      {
        label: `${name} ms`,
        stroke: palette.first,
        paths: () => null,
        points: { show: true, size: 4, width: 0, fill: `${palette.first}88` },
        value: (_chart, value) => formatShort(value),
      },
      createLine('p50', palette.strong, []),
      createLine('p99', palette.tokens, [6, 3]),
    ],
    hooks: {
      drawAxes: [(chart) => shadeOutside(chart, data, palette)],
      draw: [(chart) => drawRugs(chart, data, palette)],
    },
  };
  return new uPlot(options, table, host);
}

function createLine(label: string, stroke: string, dash: number[]): uPlot.Series {
  return {
    label,
    stroke,
    dash,
    width: 2,
    spanGaps: true,
    points: { show: false },
    value: (_chart, value) => formatShort(value),
  };
}

function toSeconds(atMs: readonly number[]): number[] {
  return atMs.map((ms) => ms / 1000);
}

function toRange(values: readonly number[]): [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const value of values) {
    lowest = Math.min(lowest, Math.max(value, 0.001));
    highest = Math.max(highest, value);
  }
  return highest === 0 ? [1, 1000] : [lowest * 0.7, Math.max(highest * 1.5, lowest * 2)];
}

/** The whole run unless somebody zoomed in: errors may lie outside the points. */
function toTimeRange(data: OverTime, low: number | null, high: number | null): [number, number] {
  const first = data.points.atMs[0] ?? Number.POSITIVE_INFINITY;
  const last = data.points.atMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  const isZoomed = low !== null && high !== null && (low > first / 1000 + 1e-9 || high < last / 1000 - 1e-9);
  if (isZoomed) return [low, high];
  const marks = [...data.errors.map(({ atMs }) => atMs), ...data.lateAtMs, first, last].filter(Number.isFinite);
  const from = marks.reduce((a, b) => Math.min(a, b), data.window?.startMs ?? Number.POSITIVE_INFINITY);
  const to = marks.reduce((a, b) => Math.max(a, b), data.window?.endMs ?? from + 1);
  return [from / 1000, Math.max(to, from + 1) / 1000];
}

function shadeOutside(chart: uPlot, { window }: OverTime, palette: Palette): void {
  if (window === null) return;
  const { ctx, bbox } = chart;
  const right = bbox.left + bbox.width;
  const from = Math.max(bbox.left, Math.min(right, chart.valToPos(window.startMs / 1000, 'x', true)));
  const to = Math.max(bbox.left, Math.min(right, chart.valToPos(window.endMs / 1000, 'x', true)));
  ctx.save();
  ctx.fillStyle = `${palette.wait}33`;
  ctx.fillRect(bbox.left, bbox.top, from - bbox.left, bbox.height);
  ctx.fillRect(to, bbox.top, right - to, bbox.height);
  ctx.restore();
}

/** Errors are red strokes at the upper edge, late sends amber strokes at the lower. */
function drawRugs(chart: uPlot, data: OverTime, palette: Palette): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  const stroke = (atMs: number, top: number, length: number): void => {
    const x = chart.valToPos(atMs / 1000, 'x', true);
    if (x >= bbox.left - 1 && x <= bbox.left + bbox.width + 1) ctx.fillRect(x - ratio, top, 2 * ratio, length);
  };
  ctx.save();
  ctx.fillStyle = palette.bad;
  for (const { atMs } of data.errors) stroke(atMs, bbox.top, 14 * ratio);
  ctx.fillStyle = palette.late;
  for (const atMs of data.lateAtMs) stroke(atMs, bbox.top + bbox.height - 10 * ratio, 10 * ratio);
  ctx.restore();
}
