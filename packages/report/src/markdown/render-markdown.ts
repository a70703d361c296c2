import type { Metric, ResultsDocument, RunDocument } from '@assay/contracts';
import { toConfigurationRows } from '../configuration.ts';
import { findMetric, formatInterval, formatMetric } from '../figure.ts';
import { describeGroup, groupMetrics } from '../html/metric-table.ts';
import type { ReportInput } from '../html/render-html.ts';

const STATISTICS = ['mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'] as const;

/** The report as Markdown, for a pull request or a terminal: figures, outcomes, validity, configuration. */
export function renderMarkdown({ run, results }: ReportInput): string {
  return `${[
    `# ${escapeText(run.name)}`,
    describeRun(run, results),
    `**${results.validity.verdict}**`,
    results.validity.findings
      .map(({ code, severity, message }) => `- \`${code}\` (${severity}): ${escapeText(message)}`)
      .join('\n'),
    renderSpread(results.metrics),
    renderSingles(results.metrics),
    results.slo.length === 0
      ? ''
      : toTable(
          ['objective', 'verdict', 'figure'],
          results.slo.map(({ objective, verdict, value, reason }) => [
            `\`${objective}\``,
            verdict,
            value === null ? (reason ?? '') : String(value),
          ]),
        ),
    '## Outcomes',
    toTable(
      ['outcome', 'requests'],
      Object.entries({ ...results.outcomes, ...results.outcomeCodes }).map(([kind, count]) => [kind, String(count)]),
    ),
    '## Configuration',
    toTable(
      ['key', 'value', 'from'],
      toConfigurationRows(run).map(({ key, value, origin }) => [key, `\`${value.replaceAll('`', "'")}\``, origin]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function describeRun(run: RunDocument, { outcomes, run: about }: ResultsDocument): string {
  const target = run.config.simulate ? 'the embedded service' : (run.config.target ?? 'unknown target');
  return `${escapeText(about.model ?? 'model not named')} at ${escapeText(target)}, ${run.startedAt}, ${run.status}: ${outcomes.offered} requests offered, ${outcomes.ok} ok.`;
}

function renderSpread(metrics: readonly Metric[]): string {
  const groups = groupMetrics(metrics).filter((group) => group.some(({ statistic }) => statistic === 'p50'));
  const rows = groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const cells = STATISTICS.map((statistic) => formatMetric(findMetric(group, first.id, statistic, first.from)));
    const interval = formatInterval(findMetric(group, first.id, 'p99', first.from)) ?? '';
    return [[describeGroup(first), ...cells, interval]];
  });
  return rows.length === 0 ? '' : toTable(['', ...STATISTICS, 'interval of p99'], rows);
}

function renderSingles(metrics: readonly Metric[]): string {
  const groups = groupMetrics(metrics).filter((group) => group.every(({ statistic }) => !statistic.startsWith('p')));
  const rows = groups
    .flat()
    .map((metric) => [
      describeGroup(metric),
      metric.state === 'measured' ? formatMetric(metric) : `n/a (${metric.reason})`,
      formatInterval(metric) ?? '',
    ]);
  return rows.length === 0 ? '' : toTable(['', 'figure', 'interval'], rows);
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = `| ${head.map((_, at) => (at === 0 ? '---' : '---:')).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function escapeCell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}

/** Text of servers and people must not become markup. */
function escapeText(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, (character) => `\\${character}`).replace(/\s*\n\s*/g, ' ');
}
