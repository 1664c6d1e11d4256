export { identify, isModelled } from './identify.ts';
export type { Identity } from './identity.ts';
export { busName } from './services.ts';
