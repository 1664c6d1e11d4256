export { LoadProcess } from './load-process.ts';
export { connect, type Client } from './client.ts';
export type * from './protocol.ts';
