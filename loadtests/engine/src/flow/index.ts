export { checkFlow, checkScenarios, readStep, type ScenarioSpec } from './check.ts';
export type { StepInput } from './step-schemas.ts';
