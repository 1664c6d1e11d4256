import type { LambdaFunction } from '../template/index.ts';

/** Gives the folder of a function's code; undefined for code in the template or in an archive. */
export function codeDirectoryOf({ code }: LambdaFunction): string | undefined {
  if (code.type === 'zip') return code.directory;
  return code.type === 'image' ? code.contextDirectory : undefined;
}
