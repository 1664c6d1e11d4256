export { createHttpApiServer } from './server.ts';
export type { HttpApiAddresses, HttpApiServer, HttpApiServerOptions } from './server.ts';
