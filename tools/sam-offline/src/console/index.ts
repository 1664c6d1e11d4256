export { type Console, createConsole, type ConsoleOptions } from './console.ts';
export type { ConsoleActions, InvokeOutcome, OpenConnection, ServiceAccess } from './api/index.ts';
export { buildPage } from './page-assets.ts';
export { parseSearch } from './search/index.ts';
export {
  listTraces,
  searchedTrace,
  type TraceResponse,
  waterfallOf,
  type WaterfallRow,
} from './traces/index.ts';
