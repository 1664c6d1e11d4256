export { handleLambda, lambdaOperation } from './lambda.ts';
export type { LambdaTarget } from './target.ts';
