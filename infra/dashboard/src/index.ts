export { observingUsage, type MonthOfUse } from './observing-cost.ts';
