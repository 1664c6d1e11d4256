import { V8_FLAGS } from '@blogapp/sam-offline/v8-flags';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { request } from 'undici';
import { metric, readTreeCpuMicros, type Metric, type Row } from '../harness/index.ts';
import { LoadProcess } from '../load/index.ts';
import { pooled } from '../load/pooled.ts';
import { developmentUser, startProductStack, type ProductStack } from '../stack/index.ts';

const run = promisify(execFile);

const PING = JSON.stringify({ action: 'ping' });
const CLIENTS = 500;
/** The time (ms) after which the work behind a response (streams, queues, pushes) is done. */
const SETTLE_MS = 2_000;
const SILENCE_MS = 20_000;

/** The metrics of one kind of work of the blog stack. */
export const shareMetrics: readonly Metric[] = [
  metric('operations', 'how many of them'),
  metric('facts', 'facts of one'),
  metric('stackMicros', 'processor time of one, the whole stack', 'µs'),
  metric('writingMicros', 'of that, storing and counting its facts', 'µs'),
  metric('share', 'share', '%'),
];

interface Work {
  readonly name: string;
  /** Does the work; resolves with the number of operations. */
  readonly run: (stack: ProductStack, load: LoadProcess) => Promise<number>;
}

/**
 * Measures how much of the blog stack's processor time goes into storing and counting facts. First
 * the stack works, and the time of all its processes is measured. Then a separate process stores
 * and counts the same facts again, and its time is measured.
 */
export async function measureShare(workDirectory: string, scale: number): Promise<Row[]> {
  const stack = await startProductStack(workDirectory);
  const load = new LoadProcess();
  const done: { name: string; operations: number; micros: number; from: number; to: number }[] = [];
  try {
    for (const work of works(scale)) {
      // The work is done once before measuring, so that the stack is warm.
      await work.run(stack, load);
      await delay(SETTLE_MS);
      const from = Date.now();
      const before = readTreeCpuMicros(stack.process.pid);
      const operations = await work.run(stack, load);
      await delay(SETTLE_MS);
      const micros = readTreeCpuMicros(stack.process.pid) - before;
      done.push({ name: work.name, operations, micros, from, to: Date.now() });
    }
  } finally {
    await load.stop();
    await stack.process.stop();
  }
  const rows: Row[] = [];
  for (const { name, operations, micros, from, to } of done) {
    const again = await storeAgain(join(workDirectory, 'stack'), from, to);
    rows.push({
      ...{ variant: name, rounds: 1, operations, facts: again.facts / operations },
      ...{ stackMicros: micros / operations, writingMicros: again.micros / operations },
      share: (100 * again.micros) / micros,
    });
  }
  return rows;
}

function works(scale: number): readonly Work[] {
  const connections = CLIENTS / scale;
  const reads = 4_000 / scale;
  const comments = 600 / scale;
  return [
    {
      name: 'connections',
      async run({ outputs }, load) {
        const opened = await load.call('open', {
          ...{ url: outputs.WebSocketUrl, count: connections, inFlight: 50 },
        });
        return opened.opened;
      },
    },
    {
      name: 'pings',
      async run(_, load) {
        const flood = { connections, messages: 20, text: PING, silenceMs: SILENCE_MS };
        return (await load.call('flood', flood)).pongs;
      },
    },
    {
      name: 'reads of a page',
      async run({ outputs }) {
        await pooled(reads, 20, async () => {
          const response = await request(`${outputs.HttpApiUrl}/posts?limit=20`);
          await response.body.dump();
          if (response.statusCode !== 200) throw new Error(`GET /posts: ${response.statusCode}`);
        });
        return reads;
      },
    },
    {
      name: 'comments',
      async run({ outputs }) {
        const { postId } = await write<{ postId: string }>(`${outputs.HttpApiUrl}/posts`, 0, {
          ...{ title: 'Facts', body: 'What do they cost?' },
        });
        await pooled(comments, 20, async (index) => {
          const body = { body: 'A comment of some length. '.repeat(8) };
          await write(`${outputs.HttpApiUrl}/posts/${postId}/comments`, index % 64, body);
        });
        return comments;
      },
    },
  ];
}

async function write<Item>(url: string, user: number, item: object): Promise<Item> {
  const response = await request(url, {
    method: 'POST',
    headers: {
      authorization: developmentUser(`user-${user}`),
      'content-type': 'application/json',
    },
    body: JSON.stringify(item),
  });
  const text = await response.body.text();
  if (response.statusCode !== 201) throw new Error(`POST ${url}: ${response.statusCode} ${text}`);
  return JSON.parse(text) as Item;
}

/**
 * Stores the facts of a time range again. Resolves with their number, and the processor time in µs.
 */
async function storeAgain(dataDirectory: string, from: number, to: number) {
  const { stdout } = await run(process.execPath, [
    ...V8_FLAGS,
    join(import.meta.dirname, 'store-again.ts'),
    ...[join(dataDirectory, 'events'), String(from), String(to)],
  ]);
  return JSON.parse(stdout) as { facts: number; micros: number };
}
