export { openCodeStore, type CodeStore } from './code-store.ts';
export { watchCode } from './watch-code.ts';
export { watchTemplate } from './watch-template.ts';
