export { METRIC_TEXTS, type MetricText, reasonText } from './metric-text.ts';
export { type ReportInput, renderHtml } from './render-html.ts';
export { renderMarkdown } from './render-markdown.ts';
export { summarize, summaryLines, type TerminalSummary } from './terminal-summary.ts';
