import { mkdir, mkdtemp, statfs } from 'node:fs/promises';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** The large data set takes a tenth of it, and an hour's log a quarter. */
const NEEDED_BYTES = 4 * 2 ** 30;

/**
 * Makes a folder for the tables of a local stack: in memory where Linux offers it and there is room, else
 * below `folder`. DynamoDB's writes do not wait for a disk of the caller's, and those to a file here do: 240
 * rows a second instead of 2,600 on a disk that is shared.
 */
export async function makeDataFolder(folder: string, memory = MEMORY): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(memory);
    if (bavail * bsize >= NEEDED_BYTES) return await mkdtemp(join(memory, 'loadtest-'));
  } catch {
    // Not on Linux, or not allowed to.
  }
  const data = join(folder, 'stack');
  await mkdir(data, { recursive: true });
  return data;
}
