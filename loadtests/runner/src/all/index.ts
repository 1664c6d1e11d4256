export { PLAN, type Planned } from './plan.ts';
export { busyTable, figuresSection, figuresTable, otherFigures, type Measured } from './table.ts';
