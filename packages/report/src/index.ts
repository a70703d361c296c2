export { renderCapacityHtml, renderCapacityMarkdown, summarizeCapacity } from './capacity/render-capacity.ts';
export { besideClientError, CLIENT_ERROR_WIDTH, hasClientErrors } from './client-error-text.ts';
export type { RecordSource } from './digest-records.ts';
export { ReportError, type ReportErrorCode } from './errors.ts';
export { importFigures } from './imports/import-figures.ts';
export { importResults } from './imports/import-results.ts';
export { type ImportedRun, toolText } from './imports/imported-run.ts';
export { type ImportChoice, type ImportFile, readImport } from './imports/read-import.ts';
export { typeText } from './parquet/column-type.ts';
export { requestColumns } from './parquet/request-columns.ts';
export {
  type ByteSink,
  type ExportedRun,
  type ExportOptions,
  type ExportSummary,
  writeRequests,
} from './parquet/write-requests.ts';
export { type ReportInput, renderHtml } from './render-html.ts';
export { renderImportMarkdown, renderMarkdown } from './render-markdown.ts';
export { renderRepeatsHtml, renderRepeatsMarkdown, summarizeRepeats } from './repeats/render-repeats.ts';
export { summarize } from './terminal-summary.ts';
