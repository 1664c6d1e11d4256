/** A CPU profile in V8's form, with the fields that are used here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples?: readonly number[];
  /** The time between a sample and the one before it, in µs. */
  readonly timeDeltas?: readonly number[];
}

/**
 * The time in ms that each function ran itself, without the functions that it called. `(idle)` and
 * `(program)` are left out. The latter is native code outside of JavaScript, and in worker threads
 * also the waiting.
 */
export type SelfTimes = Map<string, number>;

/** Adds the times of a profile. The key of a function is `name (file:line)`. */
export function addSelfTimes(times: SelfTimes, profile: CpuProfile): void {
  const { nodes, samples = [], timeDeltas = [] } = profile;
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '(idle)';
    if (name === '(idle)' || name === '(program)') continue;
    times.set(name, (times.get(name) ?? 0) + Math.max(0, timeDeltas[index] ?? 0) / 1000);
  }
}

function nameOf(frame: CpuProfile['nodes'][number]['callFrame']): string {
  const { functionName, url, lineNumber } = frame;
  // These are V8's own entries, such as (program) and (garbage collector), and functions of C++.
  if (url === '') return functionName === '' ? '(anonymous)' : functionName;
  return `${functionName === '' ? '(anonymous)' : functionName} (${shorten(url)}:${lineNumber + 1})`;
}

/** `ws/lib/sender.js`, `node:net`, `tools/sam-offline/src/…`. */
function shorten(url: string): string {
  const path = url.replace(/^file:\/\//, '');
  const packaged = path.lastIndexOf('/node_modules/');
  if (packaged >= 0) return path.slice(packaged + '/node_modules/'.length);
  // A local stack runs copies of bundles: …/code/<function>/<version>/….
  const bundle = /\/code\/\d+\/\d+\/(.*)$/.exec(path)?.[1];
  const own = bundle ?? /\/((?:apps|libs|tools|loadtests|dist)\/.*)$/.exec(path)?.[1];
  return own ?? path;
}
