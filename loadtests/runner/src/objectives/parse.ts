import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { FIGURES, type Figure } from '../figures/index.ts';
import { closest } from '../text/index.ts';

/** A limit that a run has to keep: the most, or the least if more is better. */
export interface Objective {
  readonly figure: Figure;
  readonly limit: number;
}

/** The content of `objectives.yaml`. */
export interface Objectives {
  /**
   * The limits that a scenario has to keep: its own ones, and those of all scenarios.
   *
   * @throws ObjectivesError if the file does not have the scenario
   */
  of(scenario: string): readonly Objective[];
  readonly scenarios: readonly string[];
}

/**
 * The file is wrong. Each line of the message has the place, what was found, and what was expected.
 */
export class ObjectivesError extends Error {
  override readonly name = 'ObjectivesError';
}

const limit = z
  .number({ error: 'expected a number' })
  .nonnegative('expected a number of 0 or more');
const limits = z
  .strictObject(Object.fromEntries(FIGURES.map(({ key }) => [key, limit.optional()])))
  .nullable()
  .transform((value) => value ?? {});
const schema = z.strictObject({
  everywhere: limits.default({}),
  scenarios: z.record(z.string(), limits),
});

/**
 * Reads `objectives.yaml`.
 *
 * @param text YAML with `everywhere`, and with `scenarios` by name; both have limits by a figure's
 *   key
 * @param file the file's name, for errors
 * @throws ObjectivesError that names every mistake, each with its line
 */
export function parseObjectives(text: string, file: string): Objectives {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new ObjectivesError(`${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
  }
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const place = (path: readonly PropertyKey[]): string => {
      const line = lineOf(document, path, lines);
      return line === undefined ? file : `${file}:${line}`;
    };
    throw new ObjectivesError(
      parsed.error.issues.flatMap((issue) => describe(issue, place)).join('\n'),
    );
  }
  const { everywhere, scenarios } = parsed.data;
  return {
    scenarios: Object.keys(scenarios),
    of(scenario) {
      const own = scenarios[scenario];
      if (own === undefined) {
        throw new ObjectivesError(
          `${file}: scenarios.${scenario} is missing: add it with the limits that a run of it has to keep (there are: ${Object.keys(scenarios).join(', ')})`,
        );
      }
      const merged = { ...everywhere, ...own };
      return FIGURES.flatMap((figure) => {
        const value = merged[figure.key];
        return value === undefined ? [] : [{ figure, limit: value }];
      });
    },
  };
}

function describe(
  issue: z.core.$ZodIssue,
  place: (path: readonly PropertyKey[]) => string,
): string[] {
  const { path } = issue;
  const name = path.join('.');
  if (issue.code !== 'unrecognized_keys') {
    const where = name === '' ? '' : ` ${name}:`;
    return [`${place(path)}:${where} ${issue.message}`];
  }
  const known = path.length === 0 ? ['everywhere', 'scenarios'] : FIGURES.map(({ key }) => key);
  return issue.keys.map((key) => {
    const guess = closest(key, known);
    const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
    const all = path.length === 0 ? ` The file has ${known.join(' and ')}.` : '';
    return `${place([...path, key])}: ${[...path, key].join('.')}: no ${path.length === 0 ? 'section' : 'objective'} is called "${key}"${hint}${all}`;
  });
}

/** The line, from 1, of the key at a path. Undefined for the document as a whole. */
function lineOf(
  document: Document,
  path: readonly PropertyKey[],
  lines: LineCounter,
): number | undefined {
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = String(path.at(-1));
  const items: unknown =
    parent !== null && typeof parent === 'object' && 'items' in parent ? parent.items : [];
  for (const item of Array.isArray(items) ? (items as unknown[]) : []) {
    const { key } = item as {
      key?: { value?: unknown; range?: readonly [number, number, number] | null };
    };
    if (String(key?.value) === last && key?.range) return lines.linePos(key.range[0]).line;
  }
  return undefined;
}
