export type { Connection } from './connection.ts';
export { isConnectionsPath } from './connections-api.ts';
export type { ConnectionsRequest, ConnectionsResponse } from './connections-api.ts';
export { AWS_LIMITS, AWS_THROTTLES } from './limits.ts';
export type { WebSocketApiLimits } from './limits.ts';
export { createWebSocketApiServer } from './server.ts';
export type { WebSocketApiServer, WebSocketApiServerOptions } from './server.ts';
