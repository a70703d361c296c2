import type { Metric, ResultsDocument } from '@assay/contracts';
import { clientErrorText } from './client-error-text.ts';
import { groupRows } from './markdown-groups.ts';
import { METRIC_TEXTS, reasonText } from './metric-text.ts';
import { formatFigure, formatInterval } from './number-text.ts';
import type { ReportInput } from './render-html.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The report as Markdown: verdict, figures with intervals, outcomes and objectives. */
export function renderMarkdown({ run, results }: ReportInput): string {
  const { config } = run;
  const about = `${config.model ?? 'model of the server'} at ${config.target ?? 'the embedded service'}, ${run.startedAt}, seed ${run.seed}.`;
  return page(run.name, about, results);
}

/** The same of a result that was imported: what is known of it stands in the results alone. */
export function renderImportMarkdown(results: ResultsDocument): string {
  const { name, model, target, startedAt } = results.run;
  const about = `Imported. ${model ?? 'model unknown'} at ${target ?? 'a target unknown'}, start ${startedAt}.`;
  return page(name, about, results);
}

function page(title: string, about: string, results: ResultsDocument): string {
  const { outcomes, validity } = results;
  const lines = [
    `# ${cell(title)}`,
    '',
    cell(about),
    `Validity: **${validity.verdict}**. ${outcomes.ok} of ${outcomes.offered} requests ok.`,
    ...validity.findings.map(({ code, severity, message }) => `- ${severity} \`${code}\`: ${cell(message)}`),
    '',
    '| metric | statistic | value | 95 % interval | client error | samples |',
    '|---|---|--:|---|---|--:|',
    ...results.metrics.map((metric) => `| ${row(metric).map(cell).join(' | ')} |`),
    '',
    '| outcome | requests |',
    '|---|--:|',
    ...Object.entries(outcomes).map(([kind, count]) => `| ${kind} | ${count} |`),
    ...Object.entries(results.outcomeCodes).map(([code, count]) => `| \`${code}\` | ${count} |`),
    ...groupRows(results),
  ];
  if (results.slo.length > 0) {
    lines.push('', '| objective | measured | verdict |', '|---|--:|---|');
    for (const { objective, value, verdict, reason } of results.slo) {
      lines.push(
        `| \`${cell(objective)}\` | ${value === null ? reasonText(reason ?? 'unknown') : formatFigure(value, '')} | ${verdict} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function row(metric: Metric): string[] {
  const label = METRIC_TEXTS[metric.id]?.label ?? metric.id;
  const name = metric.from === undefined ? label : `${label} (from ${metric.from})`;
  if (metric.state === 'unavailable')
    return [name, metric.statistic, '–', reasonText(metric.reason), '', String(metric.samples ?? 0)];
  const error = clientErrorText(metric);
  const unit = metric.unit === 'ratio' ? '' : ` ${metric.unit}`;
  return [
    name,
    metric.statistic,
    `${formatFigure(metric.value, metric.unit)}${unit}`,
    formatInterval(metric) ?? '',
    error === undefined ? '' : `≤ ${error.bound} ms`,
    String(metric.samples),
  ];
}
