import type { RepeatedMetric, RepeatedRun, RepeatsDocument } from '@assay/contracts';
import { escapeHtml } from '../escape.ts';
import { METRIC_TEXTS } from '../metric-text.ts';
import { formatFigure } from '../number-text.ts';
import { STYLE } from '../style.ts';

const HEADS = [
  'metric',
  'statistic',
  'mean of runs',
  '95 % over runs',
  'between runs',
  'within a run',
  'beyond within',
  'runs',
];

const shown = (value: number | null, unit: string): string => (value === null ? '–' : formatFigure(value, unit));

function cellsOf(metric: RepeatedMetric): readonly string[] {
  const { id, statistic, unit, from, values, mean, low, high } = metric;
  const label = METRIC_TEXTS[id]?.label ?? id;
  const suffix = unit === 'ratio' || mean === null ? '' : ` ${unit}`;
  return [
    from === undefined ? label : `${label} (from ${from})`,
    statistic,
    `${shown(mean, unit)}${suffix}`,
    low === null || high === null ? '–' : `${shown(low, unit)} – ${shown(high, unit)}`,
    shown(metric.betweenStddev, unit),
    shown(metric.withinStandardError, unit),
    shown(metric.excessStddev, unit),
    values.map((value) => shown(value, unit)).join(', '),
  ];
}

/** What was found about the start of a run. */
function steadyText({ steadyState }: RepeatedRun): string {
  const { state, warmupMs, warmupRequests, metric, meanMs, steadyMeanMs } = steadyState;
  if (state === 'too-short') return 'too few answers to tell whether it was steady';
  if (state === 'not-steady') return `not steady by ${metric}: the later half still changes`;
  if (warmupRequests === 0) return `steady from its first request, by ${metric}`;
  const means = `${metric} mean ${shown(meanMs, 'ms')} with and ${shown(steadyMeanMs, 'ms')} without it`;
  return `warm-up of ${((warmupMs ?? 0) / 1000).toFixed(1)} s (${warmupRequests} requests), not cut: ${means}`;
}

const runCells = (run: RepeatedRun): readonly string[] => [
  run.directory,
  String(run.seed),
  run.status,
  run.validity,
  steadyText(run),
];

const RUN_HEADS = ['run', 'seed', 'status', 'validity', 'steady state'];

const shownMetrics = ({ metrics }: RepeatsDocument): readonly RepeatedMetric[] =>
  metrics.filter(({ values }) => values.some((value) => value !== null));

const EXPLANATION =
  'between runs: standard deviation of the figures of the runs; within a run: standard error by the own intervals of the runs; beyond within: what the runs differ by beyond that.';

/** Repeated runs as one self-contained HTML page without scripts. */
export function renderRepeatsHtml(document: RepeatsDocument): string {
  const table = (heads: readonly string[], rows: readonly (readonly string[])[], label: string): string =>
    `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead><tbody>${rows
      .map(
        ([first = '', ...rest]) =>
          `<tr><th scope="row">${escapeHtml(first)}</th>${rest.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
      )
      .join('')}</tbody></table></div>`;
  const title = escapeHtml(`${document.name}: ${document.runs.length} runs`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';img-src data:;base-uri 'none';form-action 'none'">
<link rel="icon" href="data:,"><title>${title}</title><style>${STYLE}</style></head>
<body><header class="top"><h1>${title}</h1><p class="sub">${escapeHtml(`${document.seeds} seeds · ${document.startedAt}`)}</p></header>
<main>
<section><h2>Runs</h2>${table(RUN_HEADS, document.runs.map(runCells), 'runs')}</section>
<section><h2>Figures over the runs</h2><p class="note">${EXPLANATION}</p>${table(HEADS, shownMetrics(document).map(cellsOf), 'figures')}</section>
</main></body></html>
`;
}

/** The same as Markdown. */
export function renderRepeatsMarkdown(document: RepeatsDocument): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string[] => [
    row(heads),
    row(heads.map(() => '---')),
    ...rows.map(row),
  ];
  return [
    `# ${cell(document.name)}: ${document.runs.length} runs`,
    '',
    ...table(RUN_HEADS, document.runs.map(runCells)),
    '',
    EXPLANATION,
    '',
    ...table(HEADS, shownMetrics(document).map(cellsOf)),
    '',
  ].join('\n');
}

const TERMINAL: readonly (readonly [id: string, statistic: string])[] = [
  ['ttft_ms', 'p50'],
  ['ttft_ms', 'p99'],
  ['itl_ms', 'p50'],
  ['itl_ms', 'p99'],
  ['e2e_latency_ms', 'p50'],
  ['e2e_latency_ms', 'p99'],
  ['requests_per_second', 'rate'],
  ['output_tokens_per_second', 'rate'],
  ['goodput_requests_per_second', 'rate'],
  ['error_ratio', 'ratio'],
];

/** The most asked for in some lines for a terminal. */
export function summarizeRepeats(document: RepeatsDocument, directory: string): string {
  const metrics = shownMetrics(document);
  const lines = TERMINAL.flatMap(([id, statistic]) => {
    const metric = metrics.find((each) => each.id === id && each.statistic === statistic && each.from !== 'sent');
    if (metric === undefined) return [];
    const [, , mean = '', interval = '', between = '', within = ''] = cellsOf(metric);
    return [
      `${`${id} ${statistic}`.padEnd(34)}${mean.padStart(16)}${interval.padStart(22)}${between.padStart(12)}${within.padStart(12)}`,
    ];
  });
  return [
    `${document.runs.length} runs, ${document.seeds} seeds`,
    ...document.runs.map(
      (run) => `  ${run.directory} seed ${run.seed} ${run.status}, ${run.validity}; ${steadyText(run)}`,
    ),
    '',
    `${''.padEnd(34)}${'mean of runs'.padStart(16)}${'95 % over runs'.padStart(22)}${'between'.padStart(12)}${'within'.padStart(12)}`,
    ...lines,
    '',
    `written to ${directory} (open report.html)`,
    '',
  ].join('\n');
}
