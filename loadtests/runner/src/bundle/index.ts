export { listBundle, type Bundle } from './bundle.ts';
export { installAsWorker } from './worker.ts';
