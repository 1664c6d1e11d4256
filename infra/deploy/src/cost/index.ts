export { costReport } from './report.ts';
export { monthOf, type Load, type Month } from './usage.ts';
