export { type ReportInput, renderHtml } from './html/render-html.ts';
export { renderMarkdown } from './markdown/render-markdown.ts';
export { summarize } from './terminal/summarize.ts';
