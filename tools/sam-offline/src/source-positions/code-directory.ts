import type { LambdaFunction } from '../template/index.ts';

/** The folder that a function's code comes from; undefined for code in the template or in an archive. */
export function codeDirectoryOf({ code }: LambdaFunction): string | undefined {
  if (code.type === 'zip') return code.directory;
  return code.type === 'image' ? code.contextDirectory : undefined;
}
