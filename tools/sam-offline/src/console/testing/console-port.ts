import { recordEvents } from '../../events/testing/record-events.ts';
import { closedAtEnd } from '../../testing/end-of-test.ts';
import type { TestPort } from '../../testing/ports.ts';
import { createConsoleServer } from '../http/index.ts';

/** Opens the console's port. Only pages of this machine use it, so it has Node.js's time-outs. */
export async function startConsolePort(): Promise<TestPort> {
  const events = recordEvents();
  const server = createConsoleServer({
    routes: [],
    asset: () => Promise.resolve(undefined),
    onRequest: () => undefined,
    live: (_request, response) => response.end(),
    connectTo: () => [],
    events: events.bus,
  });
  const port = await server.listen(0, '127.0.0.1');
  return { port, events, [Symbol.asyncDispose]: closedAtEnd(() => server.close()) };
}
