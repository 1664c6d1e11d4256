import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import {
  metric,
  readTreeCpuMicros,
  readTreeMemory,
  takeTurns,
  toRows,
  type Bench,
  type Metric,
  type Sample,
} from '../harness/index.ts';
import { LoadProcess, type FloodRequest } from '../load/index.ts';
import { operator } from '../load/operator.ts';
import { buildBundles, countRows, startProductStack, type ProductStack } from '../stack/index.ts';

const OURS = 'the blog stack';
/** The longest wait (ms): what has not arrived then counts as missed. */
const PATIENCE_MS = 120_000;
/** After this time without a change nothing more is expected (ms). */
const SILENCE_MS = 20_000;
const PING = JSON.stringify({ action: 'ping' });

const metrics: readonly Metric[] = [
  metric('clients', 'clients that connect at once'),
  metric('refused', 'handshakes that failed'),
  metric('connectSeconds', 'until the last was open', 's'),
  metric('messages', 'pings at once'),
  metric('missed', 'pongs that never came'),
  metric('wrong', 'other responses'),
  metric('unordered', 'pongs out of order'),
  metric('pongsPerSecond', 'pongs a second', '/s'),
  metric('rowsLeft', 'rows left after all have closed'),
  metric('cleanSeconds', 'until no row was left', 's'),
  metric('cpuSeconds', 'processor time of the stack', 's'),
  metric('memoryMb', 'memory of the stack at the end (PSS)', 'MiB'),
  metric('processes', 'processes of the stack'),
];

interface Storm {
  readonly name: string;
  readonly clients: number;
  readonly flood: Pick<FloodRequest, 'connections' | 'messages'>;
}

/**
 * Gives the stack more work than it can do at once, and checks that nothing is lost. The bench ends
 * with an error when a figure is wrong.
 */
export const bench: Bench = {
  summary: 'the blog stack under more than it can do at once: nothing may be lost',
  async run({ rounds, quick, workDirectory }) {
    buildBundles();
    const scale = quick ? 5 : 1;
    const storms: readonly Storm[] = [
      {
        name: '5,000 clients',
        clients: 5_000 / scale,
        flood: { connections: 5_000 / scale, messages: 1 },
      },
      { name: 'one client', clients: 1, flood: { connections: 1, messages: 3_000 } },
      {
        name: '1,000 clients',
        clients: 1_000 / scale,
        flood: { connections: 1_000 / scale, messages: 100 },
      },
    ];
    const samples = await takeTurns(
      storms.map((storm) => ({ name: storm.name, measure: () => measure(storm, workDirectory) })),
      rounds ?? 1,
    );
    return {
      metrics,
      rows: toRows(samples),
      ratios: {},
      comparison: { ours: OURS, baseline: OURS },
      notes: [],
    };
  },
};

async function measure(storm: Storm, workDirectory: string): Promise<Sample> {
  const stack = await startProductStack(workDirectory);
  const load = new LoadProcess();
  try {
    const sample = await storms(storm, stack, load);
    stack.process.assertRunning();
    for (const key of ['refused', 'missed', 'wrong', 'unordered', 'rowsLeft']) {
      if (sample[key] !== 0) throw new Error(`${storm.name}: ${key} is ${sample[key]}, not 0`);
    }
    return sample;
  } finally {
    await load.stop();
    await stack.process.stop();
  }
}

async function storms(
  { clients, flood }: Storm,
  { process, outputs }: ProductStack,
  load: LoadProcess,
): Promise<Sample> {
  const cpu = readTreeCpuMicros(process.pid);
  const opened = await load.call('open', {
    url: outputs.WebSocketUrl,
    count: clients,
    inFlight: clients,
    handshakeTimeoutMs: PATIENCE_MS,
  });
  const flooded = await load.call('flood', { ...flood, text: PING, silenceMs: SILENCE_MS });
  const started = performance.now();
  await load.call('close', undefined);
  const rowsLeft = await rowsUntilNone(outputs);
  const cleanSeconds = (performance.now() - started) / 1000;
  const memory = readTreeMemory(process.pid);
  const messages = flood.connections * flood.messages;
  return {
    clients,
    refused: opened.failed,
    connectSeconds: opened.seconds,
    messages,
    missed: messages - flooded.pongs - flooded.wrong,
    wrong: flooded.wrong,
    unordered: flooded.unordered,
    pongsPerSecond: flooded.pongs / flooded.seconds,
    rowsLeft,
    cleanSeconds,
    cpuSeconds: (readTreeCpuMicros(process.pid) - cpu) / 1e6,
    memoryMb: memory.pssMb,
    processes: memory.processes,
  };
}

/**
 * Waits until the table of connections is empty, or until its number of rows does not fall any
 * more; resolves with that number.
 */
async function rowsUntilNone(outputs: ProductStack['outputs']): Promise<number> {
  const client = new DynamoDBClient({ ...operator, endpoint: outputs.AwsEndpointUrl });
  try {
    let least = Infinity;
    let changedAt = performance.now();
    for (;;) {
      const rows = await countRows(client, outputs.WebSocketConnectionsTableName);
      if (rows < least) {
        least = rows;
        changedAt = performance.now();
      }
      if (rows === 0 || performance.now() - changedAt > SILENCE_MS) return rows;
      await delay(100);
    }
  } finally {
    client.destroy();
  }
}
