export { buildReportView } from './build-view.ts';
export { toHtml } from './html.ts';
export { toMarkdown } from './markdown.ts';
export { middlesOf, quantilesOf, windowsOf } from './time-axis.ts';
export type { Cell, LineChartView, ReportView, Tone } from './view.ts';
