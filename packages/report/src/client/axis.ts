import type uPlot from 'uplot';
import type { Palette } from './palette.ts';

const FONT = '12px system-ui, sans-serif';

/** An axis in the page's colours. */
export function createAxis(palette: Palette, label: string, more: Partial<uPlot.Axis> = {}): uPlot.Axis {
  return {
    stroke: palette.text,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { stroke: palette.grid, width: 1, size: 4 },
    font: FONT,
    labelFont: FONT,
    label,
    labelSize: 18,
    ...more,
  };
}

/** A number of milliseconds or of a count, short. */
export function formatShort(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  if (size >= 1e6) return `${toTrimmed(value / 1e6)}M`;
  if (size >= 1e4) return `${toTrimmed(value / 1e3)}k`;
  return toTrimmed(value);
}

function toTrimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Labels of a logarithmic axis: 1, 2 and 5 of each decade where there is room, else the decades. */
export function createLogLabels(span: () => number): (chart: uPlot, splits: number[]) => string[] {
  return (_chart, splits) =>
    splits.map((value) => {
      const leading = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
      const isShown = leading === 1 || (span() < 100 && (leading === 2 || leading === 5)) || span() < 8;
      return isShown ? formatShort(value) : '';
    });
}
