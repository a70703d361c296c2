export { renderCapacityHtml, renderCapacityMarkdown, summarizeCapacity } from './capacity/render-capacity.ts';
export type { RecordSource } from './digest-records.ts';
export { type ReportInput, renderHtml } from './render-html.ts';
export { renderMarkdown } from './render-markdown.ts';
export { renderRepeatsHtml, renderRepeatsMarkdown, summarizeRepeats } from './repeats/render-repeats.ts';
export { summarize } from './terminal-summary.ts';
