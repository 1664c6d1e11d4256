import type { LambdaFunction } from '../template/index.ts';
import { watchFolder } from './watch-folder.ts';

/**
 * Calls `onChange` with the functions whose code changed.
 *
 * @param onChange gets their logical ids
 */
export function watchCode(
  functions: readonly LambdaFunction[],
  onChange: (functionLogicalIds: readonly string[]) => void,
): { close(): void } {
  const functionsByFolder = new Map<string, string[]>();
  for (const fn of functions) {
    for (const folder of [...codeFolder(fn), ...fn.layerDirectories]) {
      functionsByFolder.set(folder, [...(functionsByFolder.get(folder) ?? []), fn.logicalId]);
    }
  }
  const watchers = [...functionsByFolder].map(([folder, logicalIds]) =>
    watchFolder(folder, () => {
      onChange(logicalIds);
    }),
  );
  return {
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
}

function codeFolder({ code }: LambdaFunction): string[] {
  if (code.type === 'zip') return [code.directory];
  return code.type === 'image' ? [code.contextDirectory] : [];
}
