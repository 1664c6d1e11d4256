/**
 * A function in a process of its own, as an execution environment has it. The parent says how many
 * events that it gets; the result is the processor time that they took: of the function, the SDK, and
 * the garbage that they leave, not the table's or the Runtime API's.
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
