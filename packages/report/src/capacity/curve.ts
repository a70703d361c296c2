import type { CapacityDocument, CapacityProbe } from '@assay/contracts';
import { escapeHtml } from '../escape.ts';

const WIDTH = 860;
const HEIGHT = 260;
const LEFT = 64;
const RIGHT = 20;
const TOP = 16;
const BOTTOM = 40;

/** What one chart shows of a probe. */
export interface CurveSeries {
  readonly label: string;
  readonly unit: string;
  readonly valueOf: (probe: CapacityProbe) => number | null;
  /** Drawn as a line across, where there is one. */
  readonly limit: number | undefined;
}

interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Rates lie on a log scale: the search steps by factors. */
function rateScale(rates: readonly number[]): Scale {
  const low = Math.log(Math.min(...rates) / 1.15);
  const high = Math.log(Math.max(...rates) * 1.15);
  const at = (rate: number): number => LEFT + ((Math.log(rate) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const ticks: number[] = [];
  for (const step of [1, 2, 5]) {
    for (let power = -6; power <= 6; power++) {
      const tick = step * 10 ** power;
      if (Math.log(tick) >= low && Math.log(tick) <= high) ticks.push(tick);
    }
  }
  return { at, ticks };
}

function valueScale(values: readonly number[]): Scale {
  // Where no request was good every value is 0: any scale shows that.
  const top = (Math.max(...values) || 1) * 1.08;
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
  return { at: (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM), ticks };
}

const text = (value: number): string => String(Number(value.toPrecision(4)));

/** One chart of rate against a figure as SVG, the range of the capacity shaded; it needs no script. */
export function curveSvg(document: CapacityDocument, series: CurveSeries): string {
  const points = document.probes
    .flatMap((probe) => {
      const value = series.valueOf(probe);
      return value === null ? [] : [{ probe, value }];
    })
    .sort((a, b) => a.probe.ratePerSecond - b.probe.ratePerSecond);
  if (points.length === 0) return `<p class="note">${escapeHtml(series.label)}: no figure.</p>`;
  const x = rateScale(document.probes.map(({ ratePerSecond }) => ratePerSecond));
  const y = valueScale([...points.map(({ value }) => value), ...(series.limit === undefined ? [] : [series.limit])]);
  const parts = [
    band(document, x),
    ...x.ticks.map(
      (tick) =>
        `<line class="grid" x1="${fix(x.at(tick))}" x2="${fix(x.at(tick))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${fix(x.at(tick))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${text(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fix(y.at(tick))}" y2="${fix(y.at(tick))}"/><text x="${LEFT - 8}" y="${fix(y.at(tick) + 4)}" text-anchor="end">${text(tick)}</text>`,
    ),
    limitLine(series, y),
    `<polyline class="curve" points="${points.map(({ probe, value }) => `${fix(x.at(probe.ratePerSecond))},${fix(y.at(value))}`).join(' ')}"/>`,
    ...points.map(
      ({ probe, value }) =>
        `<circle class="${probe.verdict}" cx="${fix(x.at(probe.ratePerSecond))}" cy="${fix(y.at(value))}" r="5"><title>${text(probe.ratePerSecond)}/s ${probe.verdict}: ${text(value)} ${escapeHtml(series.unit)}</title></circle>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">requests per second</text>`,
  ];
  return `<svg class="capacity" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(series.label)} by rate">${parts.join('')}</svg>`;
}

const fix = (value: number): string => value.toFixed(1);

function limitLine({ limit, unit }: CurveSeries, y: Scale): string {
  if (limit === undefined) return '';
  return `<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fix(y.at(limit))}" y2="${fix(y.at(limit))}"><title>limit ${text(limit)} ${escapeHtml(unit)}</title></line>`;
}

/** The range that holds the knee, and the estimate in it. */
function band({ low, high, ratePerSecond }: CapacityDocument, x: Scale): string {
  const range =
    low === null || high === null
      ? ''
      : `<rect class="band" x="${fix(x.at(low))}" width="${fix(x.at(high) - x.at(low))}" y="${TOP}" height="${HEIGHT - TOP - BOTTOM}"/>`;
  if (ratePerSecond === null) return range;
  return `${range}<line class="knee" x1="${fix(x.at(ratePerSecond))}" x2="${fix(x.at(ratePerSecond))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`;
}

export const CURVE_STYLE = `
svg.capacity{width:100%;height:auto;font:12px system-ui,sans-serif;fill:var(--muted)}
svg.capacity .grid{stroke:var(--line)}svg.capacity .curve{fill:none;stroke:var(--accent);stroke-width:2}
svg.capacity .limit{stroke:var(--bad);stroke-dasharray:6 4}svg.capacity .knee{stroke:var(--text);stroke-dasharray:3 3}
svg.capacity .band{fill:var(--accent-soft);opacity:.35}svg.capacity circle.pass{fill:var(--accent)}
svg.capacity circle.fail{fill:var(--bad)}svg.capacity circle.undecided{fill:var(--warm)}`;
