import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawnOwned, type OwnedProcess } from '../harness/index.ts';

const root = resolve(import.meta.dirname, '../../..');
const loadtests = join(root, 'loadtests');
const artillery = join(loadtests, 'node_modules/artillery/bin/run');

/** How many connections a generator opens, to which URL, and in how many seconds. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly openSeconds: number;
  /** A folder for the files of this run. */
  readonly directory: string;
}

/** A load generator that is compared. */
export interface Generator {
  readonly name: string;
  start(load: Load): OwnedProcess;
  /**
   * The median latency (ms) that it reports when it has ended; undefined when it does not measure
   * latencies.
   */
  medianMs(process: OwnedProcess, load: Load): number | undefined;
}

export const bare = 'bare Node client';
export const ours = 'ours';
export const artilleryWs = 'Artillery, its own ws engine';
export const k6Many = 'k6, 50 virtual users';
export const k6One = 'k6, a connection a virtual user';

const bareClient: Generator = {
  name: bare,
  start: ({ url, connections, openSeconds, directory }) =>
    spawnOwned(
      process.execPath,
      [join(import.meta.dirname, 'bare-client.ts'), url, String(connections), String(openSeconds)],
      { cwd: root, logFile: join(directory, 'bare.log') },
    ),
  medianMs: (client) => lastJson(client.readOutput()).medianMs,
};

const ourEngine: Generator = {
  name: ours,
  start: (load) =>
    startArtillery(load, {
      config: {
        target: load.url,
        engines: { 'websocket-push': {} },
        plugins: { 'websocket-push': {} },
        websocketPush: { message: { id: '$.id', publishedAt: '$.t' }, drain: '10ms' },
        phases: [{ duration: 1, arrivalCount: 1 }],
      },
      scenarios: [
        {
          engine: 'websocket-push',
          flow: [
            {
              crowd: {
                count: load.connections,
                over: load.openSeconds,
                steps: ['connect', { subscribe: '*' }, { hold: 600 }],
              },
            },
          ],
        },
      ],
    }),
  medianMs: (_process, { directory }) => {
    const record = JSON.parse(readFileSync(join(directory, 'record.json'), 'utf8')) as {
      metrics: Record<string, { total: { count: number; buckets: number[] } }>;
    };
    const { count = 0, buckets = [] } = record.metrics['push.delivery']?.total ?? {};
    // The list has bucket numbers and counts in turn; see loadtests/engine/src/sketch.ts.
    let before = 0;
    for (let at = 0; at < buckets.length; at += 2) {
      const [bucket = 0, values = 0] = buckets.slice(at);
      if (before + values > count / 2) {
        return 1e-4 * 1.01 ** (bucket + (count / 2 - before) / values);
      }
      before += values;
    }
    return undefined;
  },
};

const artillerysEngine: Generator = {
  name: artilleryWs,
  start: (load) => {
    const rate = load.connections / load.openSeconds;
    return startArtillery(load, {
      // With a constant rate Artillery uses a whole core while virtual users arrive; with a ramp it
      // does not.
      config: {
        target: load.url,
        phases: [
          {
            duration: load.openSeconds + 1,
            arrivalRate: rate,
            rampTo: rate + 1,
            maxVusers: load.connections,
          },
        ],
      },
      scenarios: [{ engine: 'ws', flow: [{ think: 600 }] }],
    });
  },
  medianMs: () => undefined,
};

/**
 * The generators that can run here.
 *
 * @param workDirectory the folder in which k6 is installed
 * @throws Error when Artillery is not installed
 */
export function availableGenerators(workDirectory: string): {
  readonly generators: readonly Generator[];
  readonly notes: readonly string[];
} {
  if (!existsSync(artillery)) {
    throw new Error('Artillery is not installed: run `npm ci` in loadtests first (467 MB)');
  }
  const { status, stderr } = spawnSync(process.execPath, ['engine/build.mjs'], {
    cwd: loadtests,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the engine can't be built:\n${stderr}`);
  const k6 = installK6(workDirectory);
  const notes = k6.why === undefined ? [] : [`k6 is not among the generators: ${k6.why}`];
  const { path } = k6;
  return {
    generators: [
      bareClient,
      ourEngine,
      artillerysEngine,
      ...(path === undefined
        ? []
        : [
            k6Generator(path, k6Many, () => 50),
            k6Generator(path, k6One, ({ connections }) => connections),
          ]),
    ],
    notes,
  };
}

function k6Generator(path: string, name: string, vus: (load: Load) => number): Generator {
  return {
    name,
    start: (load) =>
      spawnOwned(
        path,
        ['run', '--quiet', '--no-usage-report', join(import.meta.dirname, 'k6.js')],
        {
          cwd: root,
          logFile: join(load.directory, 'k6.log'),
          env: {
            ...process.env,
            WS_URL: load.url,
            CONNECTIONS: String(load.connections),
            VUS: String(vus(load)),
            OPEN_SECONDS: String(load.openSeconds),
          },
        },
      ),
    medianMs: (client) => lastJson(client.readOutput().replaceAll(/^result /gm, '')).medianMs,
  };
}

/** Installs k6 through the Go proxy, once. It takes some minutes. */
function installK6(workDirectory: string): { path?: string; why?: string } {
  const directory = join(workDirectory, 'bin');
  const path = join(directory, 'k6');
  if (existsSync(path)) return { path };
  if (spawnSync('go', ['version']).status !== 0) return { why: 'there is no Go on this machine' };
  console.log('installing k6 with Go, which takes some minutes the first time');
  mkdirSync(directory, { recursive: true });
  const { status, stderr } = spawnSync('go', ['install', 'go.k6.io/k6@latest'], {
    encoding: 'utf8',
    env: { ...process.env, GOBIN: directory },
  });
  return status === 0 ? { path } : { why: `go install failed: ${stderr.trim().slice(-300)}` };
}

function startArtillery(load: Load, script: unknown): OwnedProcess {
  const file = join(load.directory, 'scenario.json');
  writeFileSync(file, JSON.stringify(script));
  return spawnOwned(process.execPath, [artillery, 'run', '--quiet', file], {
    cwd: loadtests,
    logFile: join(load.directory, 'artillery.log'),
    env: {
      ...process.env,
      ARTILLERY_DISABLE_TELEMETRY: 'true',
      LOADTEST_RECORD: join(load.directory, 'record.json'),
    },
  });
}

function lastJson(output: string): { medianMs?: number } {
  const line = output.split('\n').findLast((text) => text.startsWith('{'));
  return line === undefined ? {} : (JSON.parse(line) as { medianMs?: number });
}
