import uPlot from 'uplot';
import type { Distribution } from '../chart/chart-data.ts';
import { createAxis, createLogLabels, formatShort } from './axis.ts';
import type { Palette } from './palette.ts';

/** A histogram over a logarithmic axis with its quantiles marked. */
export function createDistributionChart(
  host: HTMLElement,
  distribution: Distribution | null,
  palette: Palette,
  colour: string,
): uPlot | undefined {
  if (distribution === null) return undefined;
  const { edges, counts, samples, marks } = distribution;
  const lowest = edges[0] ?? 1;
  const highest = edges.at(-1) ?? 10;
  const shares = [...counts.map((count) => (100 * count) / samples), 0];
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const options: uPlot.Options = {
    width: host.clientWidth,
    height: host.clientHeight,
    legend: { show: true, live: true },
    cursor: { drag: { x: true, y: false } },
    scales: {
      x: { time: false, distr: 3, range: [lowest, highest] },
      y: { range: (_chart, _low, high) => [0, high * 1.12] },
    },
    axes: [
      createAxis(palette, 'milliseconds (log scale)', { values: createLogLabels(() => highest / lowest) }),
      createAxis(palette, '% of samples', { size: 44, values: (_chart, splits) => splits.map(formatShort) }),
    ],
    series: [
      { label: 'from ms', value: (_chart, value) => formatShort(value) },
      {
        label: 'share %',
        stroke: colour,
        fill: `${colour}55`,
        width: 1.5,

        points: { show: false },
        value: (_chart, value) => formatShort(value),
      },
    ],
    hooks: { draw: [(chart) => drawMarks(chart, marks, palette)] },
  };
  return new uPlot(options, [[...edges], shares], host);
}

function drawMarks(chart: uPlot, marks: Distribution['marks'], palette: Palette): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = palette.strong;
  ctx.fillStyle = palette.strong;
  ctx.lineWidth = ratio;
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  marks.forEach(({ label, value }, at) => {
    const x = Math.round(chart.valToPos(value, 'x', true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const isNearEdge = x + 40 * ratio > bbox.left + bbox.width;
    ctx.textAlign = isNearEdge ? 'right' : 'left';
    ctx.fillText(label, x + (isNearEdge ? -4 : 4) * ratio, bbox.top + (12 + 13 * at) * ratio);
  });
  ctx.restore();
}
