import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { toChartData } from '../chart/to-chart-data.ts';
import { toConfigurationRows } from '../configuration.ts';
import { CHART_STYLE, CLIENT_SCRIPT } from '../generated/client-bundle.ts';
import { defineOutcome } from '../metric-definition.ts';
import { renderCharts } from './charts.ts';
import { createTermMaker, panel, type TermMaker, table } from './element.ts';
import { escapeHtml, toScriptJson, toScriptText } from './escape.ts';
import { renderHeadline } from './headline.ts';
import { renderMetricTables } from './metric-table.ts';
import { PAGE_STYLE } from './style.ts';
import { renderValidity } from './validity.ts';

/** What a report is made from: the files of a run directory, nothing else. */
export interface ReportInput {
  readonly run: RunDocument;
  readonly results: ResultsDocument;
  readonly records: readonly RequestRecord[];
}

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The report as one HTML file that needs no network: style, script, charts and data are inside it, and its content policy
 * forbids everything else. Figures are those of `results`; charts are drawn from `records`. The same input gives the same
 * bytes.
 */
export function renderHtml({ run, results, records }: ReportInput): string {
  const terms = createTermMaker();
  const charts = toChartData(records, results);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeHtml(run.name)} · Assay</title><link rel="icon" href="data:,">
<style>${CHART_STYLE}${PAGE_STYLE}</style></head><body><main>
${renderHeader(run, results)}
${renderHeadline(results.metrics, terms)}
${renderValidity(results)}
${renderCharts(charts, results.validity.findings)}
${renderMetricTables(results.metrics, terms)}
${renderOutcomes(results, terms)}
${renderConfiguration(run)}
</main>
<script type="application/json" id="assay-charts">${toScriptJson(charts)}</script>
<script type="application/json" id="assay-results">${toScriptJson(results)}</script>
<script>${toScriptText(CLIENT_SCRIPT)}</script>
</body></html>
`;
}

function renderHeader(run: RunDocument, results: ResultsDocument): string {
  const { outcomes, window } = results;
  const target = run.config.simulate ? 'the embedded service' : (run.config.target ?? 'unknown target');
  const seconds = window === null ? 'no window' : `${((window.endMs - window.startMs) / 1000).toFixed(1)} s measured`;
  const ended = run.status === 'finished' ? '' : ` · <b class="limited">run ${escapeHtml(run.status)}</b>`;
  return (
    `<header><h1>${escapeHtml(run.name)}</h1>` +
    `<p class="muted">${escapeHtml(results.run.model ?? run.config.model ?? 'model not named')} at <code>${escapeHtml(target)}</code> · ${escapeHtml(run.config.backend)}, ${escapeHtml(run.config.api)}${run.config.stream ? ', streamed' : ''}</p>` +
    `<p class="muted small">${escapeHtml(run.startedAt)} · ${seconds} · ${outcomes.offered} requests offered, ${outcomes.ok} ok${ended}</p></header>`
  );
}

function renderOutcomes({ outcomes, outcomeCodes }: ResultsDocument, terms: TermMaker): string {
  const share = (count: number): string =>
    outcomes.offered === 0 ? '' : `${((100 * count) / outcomes.offered).toFixed(2)} %`;
  const rows = Object.entries(outcomes).map(([kind, count]) => [
    terms.term(kind, defineOutcome(kind)),
    `<td data-outcome="${escapeHtml(kind)}">${count}</td>`,
    share(count),
  ]);
  const codes = Object.entries(outcomeCodes).sort(([, a], [, b]) => b - a);
  const codeRows = codes.map(([code, count]) => [`<code>${escapeHtml(code)}</code>`, String(count), share(count)]);
  const codeTable = codes.length === 0 ? '' : table(['code', 'requests', 'share'], codeRows, true);
  return panel('Outcomes', table(['', 'requests', 'share'], rows, true) + codeTable);
}

function renderConfiguration(run: RunDocument): string {
  const rows = toConfigurationRows(run).map(({ key, value, origin }) => [
    `<code>${escapeHtml(key)}</code>`,
    `<td class="wrap"><code>${escapeHtml(value)}</code></td>`,
    `<td class="left">${escapeHtml(origin)}</td>`,
  ]);
  const { assay, node, platform } = run.versions;
  const versions = `<p class="small muted">assay ${escapeHtml(assay)}, Node ${escapeHtml(node)}, ${escapeHtml(platform)}; seed ${run.seed}</p>`;
  return panel('Configuration', table(['', 'value', 'from'], rows, true) + versions);
}
