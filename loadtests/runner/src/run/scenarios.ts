import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { closest } from '../text/index.ts';

const folder = resolve(import.meta.dirname, '../../../scenarios');

export interface Scenario {
  readonly name: string;
  readonly file: string;
  /** What it shows, from the comment at the beginning of the file. */
  readonly description: string;
}

/** The names of all scenarios, in alphabetical order. */
export async function scenarioNames(from = folder): Promise<readonly string[]> {
  const files = await readdir(from);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}

/** There is no scenario with this name. */
export class UnknownScenarioError extends Error {
  override readonly name = 'UnknownScenarioError';
}

/**
 * Finds a scenario by its name.
 *
 * @throws UnknownScenarioError that names the scenario that was probably meant, and all scenarios
 */
export async function findScenario(name: string, from = folder): Promise<Scenario> {
  const names = await scenarioNames(from);
  if (!names.includes(name)) {
    const guess = closest(name, names);
    const question = guess === undefined ? '.' : `; did you mean "${guess}"?`;
    throw new UnknownScenarioError(
      `no scenario is called "${name}"${question} There are: ${names.join(', ')}`,
    );
  }
  const file = join(from, `${name}.yaml`);
  return { name, file, description: descriptionOf(await readFile(file, 'utf8')) };
}

/** The first paragraph of the comment at the top of a YAML file, as one line. */
export function descriptionOf(text: string): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const comment = /^#\s?(.*)$/.exec(line)?.[1]?.trim();
    if (comment === undefined || (comment === '' && lines.length > 0)) break;
    if (comment !== '') lines.push(comment);
  }
  return lines.join(' ');
}
