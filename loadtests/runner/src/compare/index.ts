export { compareRuns, type Comparison, type ComparisonRow } from './compare-runs.ts';
export { comparisonText } from './text.ts';
export { comparisonView } from './view.ts';
export {
  formSides,
  IncomparableError,
  sidesByCommit,
  type NamedRecord,
  type Sides,
} from './sides.ts';
