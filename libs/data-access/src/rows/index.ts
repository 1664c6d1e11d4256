export * from './comments.ts';
export * from './posts.ts';
