export { Plugin } from './plugin.ts';
