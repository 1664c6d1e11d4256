/**
 * `node function-cpu.mjs <bundle> <request file>`: invokes a function with one event after the
 * other in its own process, as in an execution environment, and writes the processor time of a
 * request (µs) to file descriptor 3. It is the time of this process: the function, the SDK and
 * garbage collection, without the tables, the gateway and the Runtime API.
 */
import { readFileSync, writeSync } from 'node:fs';
import { context } from '../stack/lambda-context.mjs';

const [, , bundle, requestFile] = process.argv;
const { events, status, warmUps, measureMs } = JSON.parse(readFileSync(requestFile, 'utf8'));
const { handler } = await import(bundle);

let sent = 0;
async function invoke() {
  const response = await handler(events[(sent += 1) % events.length], context);
  if (response.statusCode !== status)
    throw new Error(`the function returned ${JSON.stringify(response)}`);
}

for (let count = 0; count < warmUps; count += 1) await invoke();
const cpuStart = process.cpuUsage();
const until = performance.now() + measureMs;
let requests = 0;
for (; performance.now() < until; requests += 1) await invoke();
const { user, system } = process.cpuUsage(cpuStart);
writeSync(3, JSON.stringify({ cpuMicros: (user + system) / requests, requests }));
process.exit();
