export * from './errors.ts';
export * from './token-verifier.ts';
