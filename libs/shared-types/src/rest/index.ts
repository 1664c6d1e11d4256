export * from './responses.ts';
export * from './comments.ts';
export * from './favorites.ts';
export * from './ids.ts';
export * from './paging.ts';
export * from './posts.ts';
export * from './problems.ts';
export * from './text.ts';
