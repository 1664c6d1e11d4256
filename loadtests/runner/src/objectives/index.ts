export { checkObjectives, type Verdict } from './check.ts';
export { ObjectivesError, parseObjectives, type Objective, type Objectives } from './parse.ts';
