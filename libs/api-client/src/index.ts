export * from './client.ts';
export * from './errors.ts';
export * from './pages.ts';
export type { ApiClientOptions } from './transport.ts';
