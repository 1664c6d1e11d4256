/** A CPU profile as V8 hands it out, as far as it is used here. */
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
  /** Between a sample and the one before it, µs. */
  readonly timeDeltas?: readonly number[];
}

/**
 * Milliseconds that each function ran itself, without what it called. Left out are `(idle)`, and `(program)`,
 * which is native code outside of JavaScript, and in worker threads the waiting too.
 */
export type SelfTimes = Map<string, number>;

/** Adds a profile's times; a function is known by `name (file:line)`. */
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
  // V8's own entries, as (program) and (garbage collector), and functions of C++.
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
