export {
  EventPatternError,
  type EventPattern,
  matchesPattern,
  parsePattern,
  passesFilter,
} from './match.ts';
