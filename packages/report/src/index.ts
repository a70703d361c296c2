export type { RecordSource } from './digest-records.ts';
export { type ReportInput, renderHtml } from './render-html.ts';
export { renderMarkdown } from './render-markdown.ts';
export { summarize } from './terminal-summary.ts';
