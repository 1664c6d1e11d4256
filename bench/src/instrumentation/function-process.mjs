/**
 * Runs a function in a separate process, like an execution environment. The parent says which
 * variant of it gets how many events; the result is the processor time that they took: the
 * function, the SDK and the collection of the garbage that they made, without the tables and the
 * Runtime API.
 */
import { readFileSync } from 'node:fs';
import { context } from '../stack/lambda-context.mjs';

const [, , bundle, inputFile] = process.argv;
const { variants, status } = JSON.parse(readFileSync(inputFile, 'utf8'));
const { handler } = await import(bundle);
const sent = variants.map(() => 0);

async function invoke(index) {
  const { events } = variants[index];
  const response = await handler(events[sent[index] % events.length], context);
  sent[index] += 1;
  if (response.statusCode !== status)
    throw new Error(`the function returned ${JSON.stringify(response)}`);
}

/** Removes the garbage of recent invocations: a variant pays for its own, and for no other's. */
const collect = () => globalThis.gc({ type: 'minor' });

process.on('message', ({ variant, requests }) => {
  void (async () => {
    globalThis.instrumentation.isOn = variants[variant].isInstrumented;
    process.env._X_AMZN_TRACE_ID = variants[variant].traceHeader;
    collect();
    const start = process.cpuUsage();
    for (let count = 0; count < requests; count += 1) await invoke(variant);
    collect();
    const { user, system } = process.cpuUsage(start);
    process.send(user + system);
  })();
});
process.on('disconnect', () => process.exit());
process.send('ready');
