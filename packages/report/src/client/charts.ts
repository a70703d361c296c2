import uPlot from 'uplot';
import type { ViewData } from '../view-data.ts';

const COLOR_NAMES = ['text', 'muted', 'line', 'accent', 'accent-soft', 'warm', 'bad'] as const;
export type Colors = Record<(typeof COLOR_NAMES)[number], string>;
type Column = (number | null | undefined)[];

/** The tokens of the style sheet as they hold now. */
export function readColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const entries = COLOR_NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return Object.fromEntries(entries) as Colors;
}

function axis(colors: Colors, more: uPlot.Axis): uPlot.Axis {
  return {
    stroke: colors.muted,
    font: '12px system-ui, sans-serif',
    grid: { stroke: colors.line, width: 1 },
    ticks: { stroke: colors.line, width: 1, size: 5 },
    ...more,
  };
}

const suffixed =
  (suffix: string) =>
  (_: uPlot, value: number | null): string =>
    value === null || value === undefined ? '–' : `${Number(value.toPrecision(4))}${suffix}`;

const unitTicks =
  (unit: string) =>
  (_: uPlot, splits: number[]): string[] =>
    splits.map((value) => `${Number(value.toPrecision(6))}${unit}`);

/** Bars of the share per bin and the line of the cumulated share. */
export function distributionOptions(width: number, colors: Colors): uPlot.Options {
  return {
    width,
    height: 250,
    cursor: { drag: { x: true, y: false } },
    scales: { x: { time: false }, y: { range: (_u, _min, max) => [0, max * 1.06] }, cumulated: { range: [0, 100] } },
    series: [
      { label: 'ms', value: suffixed('') },
      {
        label: 'share',
        stroke: colors.accent,
        fill: colors['accent-soft'],
        width: 1,
        value: suffixed(' %'),
        points: { show: false },
        ...(uPlot.paths.bars === undefined ? {} : { paths: uPlot.paths.bars({ size: [0.98, 100], gap: 0 }) }),
      },
      {
        label: 'at or below',
        scale: 'cumulated',
        stroke: colors.text,
        width: 1.5,
        value: suffixed(' %'),
        points: { show: false },
      },
    ],
    axes: [
      axis(colors, { values: unitTicks(' ms'), space: 70 }),
      axis(colors, { values: unitTicks(' %'), size: 52 }),
      axis(colors, { scale: 'cumulated', side: 1, grid: { show: false }, values: unitTicks(' %'), size: 52 }),
    ],
  };
}

/** Every request as a point by its scheduled time, failures at the bottom, quantiles as lines. */
export function timelineOptions(
  timeline: ViewData['timeline'],
  width: number,
  colors: Colors,
): { readonly options: uPlot.Options; readonly series: uPlot.AlignedData } {
  const failed: Column = timeline.failed.map((code) => (code === null ? null : 0));
  const requests: Column[] = [[...timeline.atS], [...timeline.ttftMs], [...timeline.lateMs], failed];
  const quantiles: Column[] = [[...timeline.bucketS], [...timeline.p50Ms], [...timeline.p95Ms]];
  const series = uPlot.join([requests as uPlot.AlignedData, quantiles as uPlot.AlignedData]);
  const codeAt = new Map(timeline.atS.map((at, index) => [at, timeline.failed[index]]));
  const dots = (label: string, color: string, size: number): uPlot.Series => ({
    label,
    stroke: color,
    paths: () => null,
    points: { show: true, size, fill: color, width: 0 },
    value: suffixed(' ms'),
  });
  const line = (label: string, color: string): uPlot.Series => ({
    label,
    stroke: color,
    width: 2,
    spanGaps: true,
    points: { show: false },
    value: suffixed(' ms'),
  });
  return {
    series,
    options: {
      width,
      height: 300,
      cursor: { drag: { x: true, y: false } },
      scales: { x: { time: false }, y: { range: (_u, _min, max) => [-max * 0.03, max * 1.05] } },
      series: [
        { label: 'due', value: suffixed(' s') },
        dots('latency', colors['accent-soft'], 5),
        dots('sent late', colors.warm, 5),
        {
          ...dots('not ok', colors.bad, 7),
          value: (_u, _value, _series, index) => {
            const at = index === null ? undefined : series[0][index];
            return (at === undefined ? undefined : codeAt.get(at)) ?? '–';
          },
        },
        line('median', colors.accent),
        line('p95', colors.text),
      ],
      axes: [
        axis(colors, { values: unitTicks(' s'), space: 70 }),
        axis(colors, { values: unitTicks(' ms'), size: 66 }),
      ],
    },
  };
}
