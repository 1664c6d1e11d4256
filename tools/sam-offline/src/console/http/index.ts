export { type Asset, createConsoleServer } from './console-server.ts';
export { parameter, RequestError, type Route, route } from './route.ts';
