import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');
/** The folder in which runs write their results. */
export const runsFolder = join(root, '.local/loadtests');

/**
 * Makes the folder of a run: `<scenario>-<time>`, with a number at its end if two runs begin in the
 * same second.
 */
export async function createRunFolder(
  scenario: string,
  at: Date,
  runs = runsFolder,
): Promise<string> {
  await mkdir(runs, { recursive: true });
  const time = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  for (let number = 1; ; number += 1) {
    const folder = join(runs, `${scenario}-${time}${number === 1 ? '' : `-${number}`}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/**
 * Announces a run, so that another run can warn that both disturb each other.
 *
 * @returns a function that ends the announcement, and the other runs that are going on
 */
export async function announceRun(
  folder: string,
  runs = runsFolder,
): Promise<{ others(): string[]; end(): void }> {
  const announced = join(runs, 'running');
  const own = join(announced, String(process.pid));
  await mkdir(announced, { recursive: true });
  await writeFile(own, folder);
  return {
    others() {
      return readdirSync(announced).flatMap((pid) => {
        if (pid === String(process.pid)) return [];
        try {
          if (isAlive(Number(pid))) return [readFileSync(join(announced, pid), 'utf8')];
          rmSync(join(announced, pid), { force: true });
        } catch {
          // The other run has just ended.
        }
        return [];
      });
    },
    end() {
      rmSync(own, { force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
