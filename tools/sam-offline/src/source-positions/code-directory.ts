import type { LambdaFunction } from '../template/index.ts';

/** The folder that a function's code comes from; undefined for code in the template. */
export function codeDirectoryOf({ code }: LambdaFunction): string | undefined {
  if (code.type === 'inline') return undefined;
  return code.type === 'zip' ? code.directory : code.contextDirectory;
}
