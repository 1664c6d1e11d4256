export { ProcessWatch } from './watch.ts';
