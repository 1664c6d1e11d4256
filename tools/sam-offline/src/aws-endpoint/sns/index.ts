export { createSns } from './sns.ts';
