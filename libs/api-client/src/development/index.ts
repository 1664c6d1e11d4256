export * from './development-token.ts';
