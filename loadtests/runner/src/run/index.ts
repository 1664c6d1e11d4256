export { announceRun, createRunFolder, runsFolder } from './folder.ts';
export { reportInterrupted } from './interrupted.ts';
export { prepareArtillery } from './install.ts';
export { runScenario, type ScenarioResult, type ScenarioRun } from './run-scenario.ts';
export { descriptionOf, findScenario, scenarioNames, type Scenario } from './scenarios.ts';
export { writeReport } from './write-report.ts';
