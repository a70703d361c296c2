import uPlot from 'uplot';
import type { Bins } from '../bins.ts';
import type { ViewData } from '../view-data.ts';
import { distributionOptions, readColors, timelineOptions } from './charts.ts';
import { installTooltips } from './tooltip.ts';

const data = JSON.parse(document.getElementById('view-data')?.textContent ?? '{}') as ViewData;
let plots: { readonly plot: uPlot; readonly host: HTMLElement }[] = [];

function mount(id: string, draw: (host: HTMLElement) => uPlot): void {
  const host = document.getElementById(id);
  if (host !== null) plots.push({ plot: draw(host), host });
}

function mountBins(id: string, bins: Bins | null): void {
  if (bins === null) return;
  mount(id, (host) => {
    const options = distributionOptions(host.clientWidth, readColors());
    return new uPlot(options, [[...bins.centers], [...bins.share], [...bins.cumulated]], host);
  });
}

/** Draws all charts in the colours that hold now. */
function drawAll(): void {
  for (const { plot } of plots) plot.destroy();
  plots = [];
  mount('chart-timeline', (host) => {
    const { options, series } = timelineOptions(data.timeline, host.clientWidth, readColors());
    return new uPlot(options, series, host);
  });
  mountBins('chart-ttft', data.ttft);
  mountBins('chart-itl', data.itl);
  mountBins('chart-e2e', data.e2e);
}

drawAll();
installTooltips();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
addEventListener('resize', () => {
  for (const { plot, host } of plots) plot.setSize({ width: host.clientWidth, height: plot.height });
});
