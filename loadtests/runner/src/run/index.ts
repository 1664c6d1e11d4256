export { announceRun, createRunFolder, runsFolder } from './folder.ts';
export { reportInterrupted } from './interrupted.ts';
export { prepareArtillery } from './install.ts';
export { runScenario } from './run-scenario.ts';
export type { ScenarioResult, ScenarioRun } from './scenario-run.ts';
export {
  descriptionOf,
  findScenario,
  scenarioNames,
  UnknownScenarioError,
  type Scenario,
} from './scenarios.ts';
export { writeReport } from './write-report.ts';
