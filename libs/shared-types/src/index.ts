export * from './decode-utf8.ts';
export * from './text-rules.ts';
export * from './wire-protocol/index.ts';
