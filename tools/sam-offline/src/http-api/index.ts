export { createHttpApiServer, functionUrlsOf } from './server.ts';
export type { HttpApiAddresses, HttpApiServer, HttpApiServerOptions } from './server.ts';
export { createHttpListener } from './http-listener.ts';
