/**
 * Runs a function in a separate process, like an execution environment. The parent says how often
 * each variant of it runs; the result is the processor time that each run took: the function and the
 * SDK, without the tables and the Runtime API.
 */
import { readFileSync } from 'node:fs';
import { context } from '../stack/lambda-context.mjs';

const [, , bundle, inputFile] = process.argv;
const { variants, eventsPerRun } = JSON.parse(readFileSync(inputFile, 'utf8'));
const { handler } = await import(bundle);
const sent = variants.map(() => 0);

async function invoke(index) {
  const { events } = variants[index];
  const response = await handler(events[sent[index] % events.length], context);
  sent[index] += 1;
  if (response.statusCode >= 300 || response.batchItemFailures?.length > 0) {
    throw new Error(`the function returned ${JSON.stringify(response)}`);
  }
}

/** The processor time of one run of a variant (µs). */
async function run(index) {
  globalThis.instrumentation.isOn = variants[index].isInstrumented;
  process.env._X_AMZN_TRACE_ID = variants[index].traceHeader;
  const start = process.cpuUsage();
  for (let count = 0; count < eventsPerRun; count += 1) await invoke(index);
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/** The variants' indexes in random order, so that none always runs after the same one. */
function shuffled() {
  return variants
    .map((_, index) => ({ index, key: Math.random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ index }) => index);
}

process.on('message', ({ runs }) => {
  void (async () => {
    const micros = variants.map(() => []);
    for (let count = 0; count < runs; count += 1) {
      for (const index of shuffled()) micros[index].push(await run(index));
    }
    process.send(micros);
  })();
});
process.on('disconnect', () => process.exit());
process.send('ready');
