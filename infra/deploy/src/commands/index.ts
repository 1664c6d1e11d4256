export type { Context, Paths } from './context.ts';
export { deleteStack } from './delete.ts';
export { deploy } from './deploy.ts';
export { diff } from './diff.ts';
export { logs } from './logs.ts';
export { outputs } from './outputs.ts';
