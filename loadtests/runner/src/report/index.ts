export { buildReportView } from './build-view.ts';
export { toHtml } from './html.ts';
export { toMarkdown } from './markdown.ts';
export type { ReportView } from './view.ts';
