export { FilterPatternError } from './errors.ts';
export { parseFilterPattern } from './filter-pattern.ts';
export type { LogFilter } from './log-filter.ts';
