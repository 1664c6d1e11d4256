export { FilterPatternError } from './errors.ts';
export { type LogFilter, parseFilterPattern } from './filter-pattern.ts';
