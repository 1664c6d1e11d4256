/**
 * `node store-again.ts <folder of facts> <from> <to>`: reads the facts of a time range (ms since
 * 1970), stores and counts them as sam-offline does when they happen, and prints their number and
 * the processor time of all threads of this process, in µs.
 */
import { createEventBus, type EventBus, type StackEvent } from '@blogapp/sam-offline/events';
import { openInsights } from '@blogapp/sam-offline/insights';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { median } from '../harness/index.ts';

const ROUNDS = 3;
/** The number of facts that are made at a time, which is the most that wait to be stored. */
const YOUNG = 500;

const [folder = '', from, to] = process.argv.slice(2);
const stored = openInsights({ directory: folder });
const lines: string[] = [];
for await (const { event } of stored.events({ startMs: Number(from), endMs: Number(to) })) {
  if (event.type !== 'stack.started') lines.push(JSON.stringify(event));
}
await stored.close();

const directory = await mkdtemp(join(tmpdir(), 'bench-facts-'));
const heard = createEventBus();
const insights = openInsights({ directory, bus: heard });
const unheard = createEventBus();

/**
 * Makes and emits all facts, some in each turn of the event loop, as a busy gateway does. A fact is
 * made shortly before it is emitted, as in a stack: reading all of them from tens of megabytes of
 * old memory took 6 % more time.
 *
 * @returns the processor time in µs
 */
async function tellAll(bus: EventBus): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < lines.length; index += YOUNG) {
    const facts = lines.slice(index, index + YOUNG).map((line) => JSON.parse(line) as StackEvent);
    for (let at = 0; at < facts.length; at++) {
      if (at % 50 === 0) await setImmediate();
      const fact = facts[at];
      if (fact !== undefined) bus.emit(fact);
    }
  }
  // A query stores the facts that still wait.
  await insights.metrics.list();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

// This runs once before measuring, so that the code is compiled.
await tellAll(heard);
await tellAll(unheard);
const micros = { heard: [] as number[], unheard: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  micros.heard.push(await tellAll(heard));
  micros.unheard.push(await tellAll(unheard));
}
await insights.close();
await rm(directory, { recursive: true, force: true });
const cost = median(micros.heard) - median(micros.unheard);
console.log(JSON.stringify({ facts: lines.length, micros: cost }));
