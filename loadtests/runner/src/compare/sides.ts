import type { LoadRecord } from '../record/index.ts';

/** A record and the path that it was read from. */
export interface NamedRecord {
  readonly path: string;
  readonly record: LoadRecord;
}

/** The two sides: `head` is compared with `base`. */
export interface Sides {
  readonly base: readonly NamedRecord[];
  readonly head: readonly NamedRecord[];
  /** The reasons why the comparison is doubtful, each as a sentence. */
  readonly doubts: readonly string[];
}

/** The records cannot be compared. The message says which ones, and what to do. */
export class IncomparableError extends Error {
  override readonly name = 'IncomparableError';
}

/**
 * Divides records into two sides. Two records are base and head. More records are grouped by the
 * commit that they measured, and the commit of the first one is the base.
 *
 * @throws IncomparableError when there are fewer than two, or not two commits
 */
export function sidesByCommit(records: readonly NamedRecord[]): Omit<Sides, 'doubts'> {
  const [first, second] = records;
  if (first === undefined || second === undefined) {
    throw new IncomparableError(
      `${records.length} run was named, and two are needed: compare <base> <head>, or --base <runs…> --head <runs…>`,
    );
  }
  if (records.length === 2) return { base: [first], head: [second] };
  const groups = Map.groupBy(records, ({ record }) => record.commit ?? 'unknown');
  const [base, head, ...others] = [...groups.values()];
  if (base === undefined || head === undefined || others.length > 0) {
    throw new IncomparableError(
      `the ${records.length} runs measured ${groups.size === 1 ? 'one commit' : `${groups.size} commits`} (${[...groups.keys()].join(', ')}), so it is not clear which ones to compare: use --base <runs…> --head <runs…>`,
    );
  }
  return { base, head };
}

/**
 * Checks that two sides can be compared. They must be whole runs of one scenario with the same
 * variables, and each must be named only once.
 *
 * @throws IncomparableError that names every run that does not fit
 */
export function formSides({ base, head }: Omit<Sides, 'doubts'>): Sides {
  const all = [...base, ...head];
  const [first] = base;
  if (first === undefined || head.length === 0) {
    throw new IncomparableError('each side needs at least one run: --base <runs…> --head <runs…>');
  }
  const faults = [...all.flatMap((one) => faultsOf(one, first)), ...namedTwice(all)];
  if (faults.length > 0) throw new IncomparableError(faults.join('\n'));
  return { base, head, doubts: [...doubtsAbout(all)] };
}

function faultsOf({ path, record }: NamedRecord, first: NamedRecord): string[] {
  const faults: string[] = [];
  if (record.partial) {
    faults.push(
      `${path} is partial (${record.partialBecause ?? 'it was interrupted'}): its figures are not those of a whole run; leave it out or run it again`,
    );
  }
  if (record.scenario !== first.record.scenario) {
    faults.push(
      `${path} is a run of ${record.scenario}, and ${first.path} of ${first.record.scenario}: only runs of one scenario can be compared`,
    );
    return faults;
  }
  const names = new Set([...Object.keys(record.variables), ...Object.keys(first.record.variables)]);
  for (const name of names) {
    const [mine, theirs] = [record.variables[name], first.record.variables[name]];
    if (mine === theirs) continue;
    faults.push(
      `${path} was run with ${name}=${String(mine)}, and ${first.path} with ${name}=${String(theirs)}: a different load gives different figures; run them with the same variables`,
    );
  }
  return faults;
}

/** A run that is named twice would make its side look steadier than it is. */
function namedTwice(all: readonly NamedRecord[]): string[] {
  const seen = new Map<string, string>();
  return all.flatMap(({ path, record }) => {
    const key = `${record.runId} ${record.startedAt}`;
    const before = seen.get(key);
    seen.set(key, path);
    return before === undefined ? [] : [`${path} is the same run as ${before}: name each run once`];
  });
}

function* doubtsAbout(all: readonly NamedRecord[]): Generator<string> {
  const machines = new Set(
    all.map(({ record }) =>
      record.machines
        .map(({ host, cpus, model, node }) => `${host} (${cpus} × ${model}, Node ${node})`)
        .join(' + '),
    ),
  );
  if (machines.size > 1) {
    yield `The runs were made on different machines: ${[...machines].join('; ')}. A difference may be theirs.`;
  }
  const places = new Set(
    all.map(({ record }) => record.stack?.name).filter((name) => name !== undefined),
  );
  if (places.size > 1) {
    yield `The runs were made against different stacks: ${[...places].join(', ')}.`;
  }
}
