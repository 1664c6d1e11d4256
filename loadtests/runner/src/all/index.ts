export { PLAN, type Planned } from './plan.ts';
export { busyTable, figuresTable, otherFigures, type Measured } from './table.ts';
