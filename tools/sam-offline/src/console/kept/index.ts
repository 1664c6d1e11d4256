export { FactReader } from './fact-reader.ts';
export { Kept, type KeptList } from './kept.ts';
