export * from './wire-protocol/broadcast.ts';
export * from './wire-protocol/channels.ts';
export * from './wire-protocol/client-messages.ts';
export * from './wire-protocol/ids.ts';
export * from './wire-protocol/parse-client-message.ts';
export * from './wire-protocol/server-messages.ts';
export * from './wire-protocol/ulid-pattern.ts';
export * from './wire-protocol/validate.ts';
