export { codeDirectoryOf } from './code-directory.ts';
export { SourcePositions } from './source-positions.ts';
