/**
 * Runs a function in a separate process, like an execution environment. The parent says how many
 * events the function gets; the result is the processor time that they took: the function, the SDK
 * and garbage collection, without the tables and the Runtime API.
 */
import { readFileSync } from 'node:fs';
import { context } from '../stack/lambda-context.mjs';

const [, , bundle, eventsFile] = process.argv;
const { events, status } = JSON.parse(readFileSync(eventsFile, 'utf8'));
const { handler } = await import(bundle);

let sent = 0;
async function invoke() {
  const response = await handler(events[sent % events.length], context);
  sent += 1;
  if (response.statusCode !== status)
    throw new Error(`the function returned ${JSON.stringify(response)}`);
}

process.on('message', (requests) => {
  void (async () => {
    const start = process.cpuUsage();
    for (let count = 0; count < requests; count += 1) await invoke();
    const { user, system } = process.cpuUsage(start);
    process.send(user + system);
  })();
});
process.on('disconnect', () => process.exit());
process.send('ready');
