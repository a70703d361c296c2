import type { CapacityDocument, CapacityProbe } from '@assay/contracts';
import { escapeHtml } from '../escape.ts';
import { STYLE } from '../style.ts';
import { errorText, headlineOf, probeHeads, probeRows, rateText } from './capacity-text.ts';
import { CURVE_STYLE, type CurveSeries, curveSvg } from './curve.ts';

/** The limit of an objective in the unit of its figure. */
function limitOf(objective: string): number | undefined {
  const [, number, suffix] = /[<>]=?\s*([\d.]+(?:e[+-]?\d+)?)\s*(ms|s|%)?\s*$/.exec(objective) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (suffix === 's' ? 1000 : suffix === '%' ? 0.01 : 1);
}

function seriesOf({ objectives }: CapacityDocument): readonly CurveSeries[] {
  const figureOf = (objective: string) => (probe: CapacityProbe) =>
    probe.objectives.find((each) => each.objective === objective)?.figure ?? null;
  return [
    ...objectives.map((objective) => ({
      label: objective.replace(/\s*[<>].*$/, ''),
      unit: objective.includes('_ms') ? 'ms' : '',
      valueOf: figureOf(objective),
      limit: limitOf(objective),
    })),
    { label: 'goodput', unit: '/s', valueOf: (probe) => probe.goodputPerSecond, limit: undefined },
  ];
}

/** A search as one self-contained HTML page without scripts: rate against latency and goodput, the knee marked, all probes. */
export function renderCapacityHtml(document: CapacityDocument): string {
  const title = escapeHtml(`${document.name}: capacity`);
  const heads = probeHeads(document).map((head) => `<th scope="col">${escapeHtml(head)}</th>`);
  const rows = probeRows(document).map(
    ([rate = '', ...cells]) =>
      `<tr><th scope="row">${rate}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  );
  const curves = seriesOf(document).map(
    (series) => `<section><h2>${escapeHtml(series.label)} by rate</h2>${curveSvg(document, series)}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';img-src data:;base-uri 'none';form-action 'none'">
<link rel="icon" href="data:,"><title>${title}</title><style>${STYLE}${CURVE_STYLE}</style></head>
<body>
<header class="top"><h1>${escapeHtml(document.name)}</h1><p class="sub">${escapeHtml(subtitle(document))}</p></header>
<main>
<section><h2>${escapeHtml(headlineOf(document))}</h2><p class="note">${escapeHtml(errorText(document))} Shaded: between the highest rate that met and the lowest that missed the objectives; dotted: the estimate; dashed: the limit.</p></section>
${curves.join('\n')}
<section><h2>Probes</h2><p class="note">"missed" is the share beyond the limit with its interval, at the level of one look.</p><div class="scroll" tabindex="0" role="region" aria-label="probes"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div></section>
</main>
</body></html>
`;
}

function subtitle({ model, target, objectives, startedAt }: CapacityDocument): string {
  return [model ?? 'model of the server', target ?? 'embedded service', objectives.join(', '), startedAt].join(' · ');
}

/** The same as Markdown. */
export function renderCapacityMarkdown(document: CapacityDocument): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const heads = probeHeads(document);
  return [
    `# ${cell(document.name)}: capacity`,
    '',
    `${cell(subtitle(document))}.`,
    '',
    `**${headlineOf(document)}.** ${errorText(document)}`,
    '',
    row(heads),
    row(heads.map((_, index) => (index === 0 ? '--:' : '---'))),
    ...probeRows(document).map(row),
    '',
  ].join('\n');
}

/** The result in some lines for a terminal. */
export function summarizeCapacity(document: CapacityDocument, directory: string): string {
  const probes = [...document.probes].sort((a, b) => a.ratePerSecond - b.ratePerSecond);
  return [
    headlineOf(document),
    errorText(document),
    '',
    `${'rate /s'.padStart(10)}${'goodput /s'.padStart(12)}  ${'verdict'.padEnd(28)}${document.objectives.join('  ')}`,
    ...probes.map((probe) => {
      const verdict = probe.verdict === 'undecided' ? `undecided, leans to ${probe.leansTo}` : probe.verdict;
      const figures = probe.objectives.map(({ figure, objective }) => rateText(figure).padEnd(objective.length));
      return `${rateText(probe.ratePerSecond).padStart(10)}${rateText(probe.goodputPerSecond).padStart(12)}  ${verdict.padEnd(28)}${figures.join('  ')}`;
    }),
    '',
    `written to ${directory} (open report.html)`,
    '',
  ].join('\n');
}
