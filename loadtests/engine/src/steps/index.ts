export { compileFlow } from './compile.ts';
export { runSteps, type Step } from './step.ts';
