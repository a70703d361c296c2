import type { ResultsDocument, RunDocument } from '@assay/contracts';
import { hasClientErrors } from './client-error-text.ts';
import { digestRecords, type RecordSource } from './digest-records.ts';
import { escapeHtml, scriptJson } from './escape.ts';
import { CLIENT_SCRIPT, CLIENT_STYLE } from './generated/client-bundle.ts';
import { groupSections } from './group-sections.ts';
import { headlineCards } from './headline.ts';
import { reasonText } from './metric-text.ts';
import { formatCount, formatNumber } from './number-text.ts';
import { requestTimeline } from './request-timeline.ts';
import { STYLE } from './style.ts';
import { configurationTable, definitionList, outcomeTable, statisticsTable } from './tables.ts';
import { MOST_POINTS, type ViewData } from './view-data.ts';

export interface ReportInput {
  readonly run: RunDocument;
  readonly results: ResultsDocument;
}

/**
 * The report as one self-contained HTML page: no request leaves it, and the text stands without scripts. Memory does not grow
 * with the number of records.
 */
export async function renderHtml({ run, results }: ReportInput, records: RecordSource): Promise<string> {
  const { view: data, rows } = await digestRecords(results, records);
  const title = escapeHtml(`${run.name}: Assay report`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline';img-src data:;base-uri 'none';form-action 'none'">
<link rel="icon" href="data:,"><title>${title}</title><style>${CLIENT_STYLE}${STYLE}</style></head>
<body>
<header class="top"><h1>${escapeHtml(run.name)}</h1><p class="sub">${subtitle(run)}</p></header>
<main>
${trust(results)}
${headlineCards(results)}
${charts(data, results)}
<section><h2>All figures</h2><p class="note">Below each figure its 95 % interval.${clientErrorsNote(results)} A dash is a figure that there is not; hover tells why.</p>${statisticsTable(results)}</section>
${groupSections(results)}
<section><h2>Request timeline</h2>${requestTimeline(results, rows, data.total)}</section>
<div class="two"><section><h2>Outcomes</h2>${outcomeTable(results)}</section>${objectives(results)}</div>
<section><details><summary>Configuration</summary>${configurationTable(run)}</details></section>
<section><details open><summary>Definitions</summary>${definitionList()}</details></section>
<footer>Assay ${escapeHtml(run.versions.assay)} · Node ${escapeHtml(run.versions.node)} · ${escapeHtml(run.versions.platform)} · seed ${run.seed}</footer>
</main>
<script type="application/json" id="view-data">${scriptJson(data)}</script>
<script>${CLIENT_SCRIPT.replace(/<(\/script|!--)/gi, '\\x3c$1')}</script>
</body></html>
`;
}

function subtitle(run: RunDocument): string {
  const { config } = run;
  const parts = [
    config.model ?? 'model of the server',
    config.simulate ? 'embedded simulated service' : (config.target ?? 'no target'),
    `${config.backend}, ${config.api}, ${config.stream ? 'streaming' : 'not streaming'}`,
    loadText(config),
    run.startedAt,
  ];
  return parts.map(escapeHtml).join(' · ');
}

function loadText({ load, sessions }: RunDocument['config']): string {
  if (load.kind === 'concurrency') return `closed loop of ${load.concurrency}`;
  const what = sessions === 'whole' ? ' sessions' : '';
  return 'ratePerSecond' in load ? `${load.kind} ${load.ratePerSecond}${what}/s` : `${load.kind}${what}`;
}

function clientErrorsNote({ metrics }: ResultsDocument): string {
  return hasClientErrors(metrics)
    ? ' Below that, “client ≤”: an upper bound of the client’s own error, ms, from the moment bytes could be read to their stamp.'
    : '';
}

const SEVERITIES = ['invalidates', 'limits', 'notes'];

function trust({ validity }: ResultsDocument): string {
  const findings = validity.findings
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .map(
      ({ code, severity, message }) =>
        `<li><span class="${severity}">${severity}</span><span class="message"><code>${escapeHtml(code)}</code> ${escapeHtml(message)}</span></li>`,
    );
  const list =
    findings.length === 0
      ? '<p class="note">No finding about the client or the records.</p>'
      : `<ul class="findings">${findings.join('')}</ul>`;
  return `<section aria-label="validity"><div class="verdict"><h2>How far to trust these figures</h2><span class="badge ${validity.verdict}">${validity.verdict}</span></div>${list}</section>`;
}

function objectives({ slo }: ResultsDocument): string {
  if (slo.length === 0) return '<section><h2>Objectives</h2><p class="note">None were set (--slo).</p></section>';
  const rows = slo.map(({ objective, verdict, value, reason }) => {
    const seen = value === null ? escapeHtml(reasonText(reason ?? 'unknown')) : formatNumber(value);
    return `<tr><th scope="row"><code>${escapeHtml(objective)}</code></th><td>${seen}</td><td class="${verdict}">${verdict}</td></tr>`;
  });
  return `<section><h2>Objectives</h2><div class="scroll" tabindex="0" role="region" aria-label="objectives"><table><thead><tr><td></td><th scope="col">measured</th><th scope="col">verdict</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function charts(data: ViewData, results: ResultsDocument): string {
  const shown =
    data.shown < data.total
      ? `${formatNumber(data.shown)} of ${formatNumber(data.total)} requests shown (at most ${formatNumber(MOST_POINTS)}: failures first, the rest evenly thinned); quantiles from all, in steps of 0.5 %.`
      : `${plural(data.total, 'request')}, all shown.`;
  const distribution = (id: string, title: string, bins: ViewData['ttft']): string => {
    if (bins === null) return `<section><h2>${title}</h2><p class="note">No samples.</p></section>`;
    const beyond = bins.beyond > 0 ? `; ${formatNumber(bins.beyond)} beyond the right edge` : '';
    return `<section><h2>${title}</h2><p class="note">${formatCount(bins.samples)} samples${beyond}. Bars: share per bin; line: share at or below.</p><div class="chart" id="${id}" role="img" aria-label="Distribution: ${title}"></div></section>`;
  };
  const distributions = `<div class="two">${data.ttft === null ? distribution('chart-e2e', 'End-to-end latency, ms', data.e2e) : distribution('chart-ttft', 'Time to first token, ms', data.ttft)}${distribution('chart-itl', 'Inter-token latency, ms', data.itl)}</div>`;
  if (data.total === 0)
    return `<section><h2>${data.timeline.label} over time</h2><p class="note">No request was offered.</p></section>${distributions}`;
  return `<section><h2>${data.timeline.label} over time</h2><p class="note">${shown}</p>
<ul class="legend"><li><i class="k-dot"></i>request</li><li><i class="k-p50"></i>median</li><li><i class="k-p95"></i>p95</li><li><i class="k-lag"></i>sent late by more than 1 ms</li><li><i class="k-fail"></i>not ok (at the bottom)</li></ul>
${findingMarks(results)}<div class="chart" id="chart-timeline" role="img" aria-label="${data.timeline.label} by scheduled time"></div></section>
${distributions}`;
}

/** Findings hold for the whole run: they stand at the chart that they limit. */
function findingMarks({ validity }: ResultsDocument): string {
  const marks = validity.findings
    .filter(({ severity }) => severity !== 'notes')
    .map(
      ({ code, severity, message }) =>
        `<li class="${severity}" title="${escapeHtml(message)}">⚠ ${escapeHtml(code)}</li>`,
    );
  return marks.length === 0
    ? ''
    : `<ul class="legend" aria-label="findings that hold for this run">${marks.join('')}</ul>`;
}

function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}
