export { type Console, createConsole, type ConsoleOptions } from './console.ts';
export type { ConsoleActions, InvokeOutcome, OpenConnection } from './api/index.ts';
