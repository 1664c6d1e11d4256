import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program of this name that a shell would start; undefined where there is none. */
export function findOnPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
