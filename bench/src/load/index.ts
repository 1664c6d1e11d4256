export { LoadProcess } from './load-process.ts';
export type * from './protocol.ts';
