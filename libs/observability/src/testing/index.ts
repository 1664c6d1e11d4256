export { CapturedOutput } from './captured-output.ts';
export type { Line } from './captured-output.ts';
export { lambdaContext } from './lambda-context.ts';
