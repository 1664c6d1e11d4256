export { createHttpApiServer } from './server.ts';
export type { HttpApiAddresses, HttpApiServer, HttpApiServerOptions } from './server.ts';
export { functionUrlId } from './function-url.ts';
