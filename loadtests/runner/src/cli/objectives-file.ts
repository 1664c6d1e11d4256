import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseObjectives, type Objectives } from '../objectives/index.ts';

const root = resolve(import.meta.dirname, '../../../..');
const file = resolve(root, 'loadtests/objectives.yaml');

/** Reads `loadtests/objectives.yaml`. */
export async function readObjectives(): Promise<Objectives> {
  return parseObjectives(await readFile(file, 'utf8'), relative(root, file));
}
