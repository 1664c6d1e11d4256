/**
 * `node process.ts <nobody|listener|collector> <pushes>`: emits the facts of this many pushes, as
 * the gateway does, and prints the processor time of a push with all threads of this process, in
 * µs.
 */
import { createEventBus, elapsedMs } from '@blogapp/sam-offline/events';
import { openInsights } from '@blogapp/sam-offline/insights';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

const [who, count] = process.argv.slice(2);
const pushes = Number(count);
const directory = await mkdtemp(join(tmpdir(), 'bench-facts-'));
const bus = createEventBus();
const insights = who === 'collector' ? openInsights({ directory, bus }) : undefined;
if (who === 'listener') bus.subscribe(() => undefined);

const connectionIds = Array.from({ length: 2000 }, (_, index) => `L0SM9cOF${index + 1e6}=`);
const frame = Buffer.alloc(200, 'x');

/** Emits one fact after the other, and lets other work of the event loop run from time to time, as a gateway does. */
async function push(times: number): Promise<void> {
  for (let index = 0; index < times; index++) {
    if (index % 50 === 0) await setImmediate();
    const startedAt = performance.now();
    if (!bus.hasListeners) continue;
    bus.emit(
      {
        type: 'connections.call',
        timeMs: bus.now(),
        apiId: 'a1b2c3d4e5',
        stage: 'bench',
        connectionId: connectionIds[index % connectionIds.length],
        method: 'POST',
        statusCode: 200,
        bytes: frame.length - 4,
        frameBytes: frame.length,
        durationMs: elapsedMs(startedAt),
        caller: 'BroadcastFunction',
        traceId: '1-6a0b1c2d-0123456789abcdef01234567',
        parentId: '0123456789abcdef',
        invocationId: '01234567-89ab-4cde-8f01-23456789abcd',
      },
      frame,
    );
  }
}

await push(pushes / 4);
const before = process.cpuUsage();
await push(pushes);
await insights?.close();
const { user, system } = process.cpuUsage(before);
await rm(directory, { recursive: true, force: true });
console.log((user + system) / pushes);
