import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  metric,
  readTreeCpuMicros,
  readTreeMemory,
  spawnOwned,
  takeTurns,
  toRows,
  type Bench,
  type Metric,
  type Sample,
} from '../harness/index.ts';
import {
  artilleryWs,
  availableGenerators,
  bare,
  k6Many,
  k6One,
  ours,
  type Generator,
} from './generators.ts';

const cpuPerMessage = metric('cpuMicrosPerMessage', 'processor time a message', 'µs', 'lower');
const cpuPerConnection = metric(
  'cpuMicrosPerConnection',
  'processor time a connection, beyond the start',
  'µs',
  'lower',
);
const memoryPerConnection = metric(
  'memoryKbPerConnection',
  'memory a connection, beyond the start',
  'KiB',
  'lower',
);
const memory = metric('memoryMb', 'memory with all of them', 'MiB', 'lower');
const error = metric(
  'medianErrorMs',
  "its median latency beside the server's record",
  'ms',
  'lower',
);
const metrics = [cpuPerMessage, cpuPerConnection, memoryPerConnection, memory, error];

const settleMs = 3000;
/** The time for a generator to read the last frames (ms). */
const lastReadMs = 500;

/** Measures what it costs to hold connections, and to read and time their messages. */
export const bench: Bench = {
  summary: 'processor time and memory of load generators that read what a server pushes',
  async run({ rounds, quick, workDirectory }) {
    const sizes = quick ? { small: 100, large: 1000 } : { small: 500, large: 5000 };
    const { generators, notes } = availableGenerators(workDirectory);
    const variants = generators.map((generator) => ({
      name: generator.name,
      measure: (round: number) =>
        measure(generator, sizes, quick ? 3 : 8, join(workDirectory, `${round}-${generator.name}`)),
    }));
    const samples = await takeTurns(variants, rounds ?? (quick ? 1 : 3));
    const against = (metric: Metric, baseline: string) => ({ metric, ours, baseline });
    return {
      metrics,
      rows: toRows(samples),
      ratios: {
        message_vs_bare: against(cpuPerMessage, bare),
        message_vs_artillery_ws: against(cpuPerMessage, artilleryWs),
        message_vs_k6: against(cpuPerMessage, k6Many),
        message_vs_k6_one: against(cpuPerMessage, k6One),
        connection_vs_bare: against(cpuPerConnection, bare),
        memory_vs_k6: against(memoryPerConnection, k6Many),
        memory_vs_k6_one: against(memoryPerConnection, k6One),
      },
      comparison: { ours, baseline: bare },
      notes,
    };
  },
};

/**
 * Measures with few and with many connections; the difference is what the connections themselves
 * cost.
 */
async function measure(
  generator: Generator,
  sizes: { readonly small: number; readonly large: number },
  seconds: number,
  directory: string,
): Promise<Sample> {
  const few = await hold(generator, sizes.small, 0, join(directory, 'few'));
  const many = await hold(generator, sizes.large, seconds, join(directory, 'many'));
  const more = sizes.large - sizes.small;
  return {
    [cpuPerConnection.key]: (many.openedCpuMicros - few.openedCpuMicros) / more,
    [memoryPerConnection.key]: ((many.memoryMb - few.memoryMb) * 1024) / more,
    [memory.key]: many.memoryMb,
    ...(many.cpuMicrosPerMessage !== undefined && {
      [cpuPerMessage.key]: many.cpuMicrosPerMessage,
    }),
    ...(many.medianErrorMs !== undefined && { [error.key]: many.medianErrorMs }),
  };
}

interface Held {
  readonly openedCpuMicros: number;
  readonly memoryMb: number;
  readonly cpuMicrosPerMessage?: number;
  readonly medianErrorMs?: number;
}

/** @param seconds how long messages are measured; 0 only opens connections */
async function hold(
  generator: Generator,
  connections: number,
  seconds: number,
  directory: string,
): Promise<Held> {
  await mkdir(directory, { recursive: true });
  const server = spawnOwned(process.execPath, [join(import.meta.dirname, 'server.ts')], {
    cwd: import.meta.dirname,
    logFile: join(directory, 'server.log'),
  });
  await server.waitForOutput(/port \d+/, 10_000);
  const host = `127.0.0.1:${/port (\d+)/.exec(server.readOutput())?.[1] ?? ''}`;
  const status = async (path = 'status') =>
    (await (await fetch(`http://${host}/${path}`)).json()) as {
      open: number;
      sent: number;
      medianMs: number | null;
    };

  const load = {
    url: `ws://${host}`,
    connections,
    openSeconds: Math.ceil(connections / 500),
    directory,
  };
  const client = generator.start(load);
  const deadline = performance.now() + 90_000;
  while ((await status()).open < connections) {
    client.assertRunning();
    if (performance.now() > deadline) {
      throw new Error(`${generator.name} opened ${(await status()).open} of ${connections}`);
    }
    await delay(100);
  }
  await delay(settleMs);
  const openedCpuMicros = readTreeCpuMicros(client.pid);
  let cpuMicrosPerMessage: number | undefined;
  if (seconds > 0) {
    // The first messages are not measured, because the code is not compiled yet.
    await status('start');
    await delay(settleMs);
    const [before, cpuBefore] = [await status(), readTreeCpuMicros(client.pid)];
    await delay(seconds * 1000);
    const [after, cpuAfter] = [await status(), readTreeCpuMicros(client.pid)];
    cpuMicrosPerMessage = (cpuAfter - cpuBefore) / (after.sent - before.sent);
  }
  const memoryMb = readTreeMemory(client.pid).pssMb;
  // Both records must have the same messages.
  const { medianMs } = await status('stop');
  await delay(lastReadMs);
  await client.stop(30_000);
  await server.stop();
  const reported = seconds > 0 ? generator.medianMs(client, load) : undefined;
  return {
    openedCpuMicros,
    memoryMb,
    ...(cpuMicrosPerMessage !== undefined && { cpuMicrosPerMessage }),
    ...(typeof reported === 'number' &&
      medianMs !== null && { medianErrorMs: Math.abs(reported - medianMs) }),
  };
}
