export { compileFlow } from './compile.ts';
export { promisedBy } from './promised.ts';
export { runSteps, type Step } from './step.ts';
