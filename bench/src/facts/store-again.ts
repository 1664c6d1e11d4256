/**
 * `node store-again.ts <folder of facts> <from> <to>`: reads the facts of a time range (ms since
 * 1970), stores and counts them as sam-offline does when they happen, and prints their number and
 * the processor time of all threads of this process, in µs.
 */
import { createEventBus, type StackEvent } from '@blogapp/sam-offline/events';
import { openInsights } from '@blogapp/sam-offline/insights';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

const [folder = '', from, to] = process.argv.slice(2);
const stored = openInsights({ directory: folder });
const facts: StackEvent[] = [];
for await (const { event } of stored.events({ startMs: Number(from), endMs: Number(to) })) {
  if (event.type !== 'stack.started') facts.push(event);
}
await stored.close();

const directory = await mkdtemp(join(tmpdir(), 'bench-facts-'));
const bus = createEventBus();
const insights = openInsights({ directory, bus });
/** Emits some facts in each turn of the event loop, as a busy gateway does. */
async function tellAll(): Promise<void> {
  for (const [index, fact] of facts.entries()) {
    if (index % 50 === 0) await setImmediate();
    bus.emit(fact);
  }
}
// This runs once before measuring, so that the code is compiled.
await tellAll();
const before = process.cpuUsage();
await tellAll();
await insights.close();
const { user, system } = process.cpuUsage(before);
await rm(directory, { recursive: true, force: true });
console.log(JSON.stringify({ facts: facts.length, micros: user + system }));
