import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseObjectives, type Objective, type Objectives } from '../objectives/index.ts';

const root = resolve(import.meta.dirname, '../../../..');
const file = resolve(root, 'loadtests/objectives.yaml');

/**
 * The objectives of a scenario on a target. A bare server has no table in which rows could be left.
 */
export function objectivesOn(
  objectives: Objectives,
  scenario: string,
  { bare }: { readonly bare: boolean },
): readonly Objective[] {
  return objectives.of(scenario).filter(({ figure }) => !bare || figure.key !== 'rowsLeft');
}

/** Reads `loadtests/objectives.yaml`. */
export async function readObjectives(): Promise<Objectives> {
  return parseObjectives(await readFile(file, 'utf8'), relative(root, file));
}
