export * from './by-post.ts';
export * from './record.ts';
