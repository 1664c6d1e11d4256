import { createAwsEndpoint } from '../aws-endpoint/index.ts';
import type { ConnectionTimeouts } from '../connection-timeouts.ts';
import { recordEvents, type RecordedEvents } from '../events/testing/record-events.ts';
import { createHttpListener } from '../http-api/index.ts';
import { createCredentialStore, operatorCredentials } from '../signature/index.ts';
import { startGateway } from '../websocket-api/testing/gateway-builder.ts';
import { closedAtEnd } from './end-of-test.ts';

/** One of sam-offline's ports, without the rest of a stack. */
export interface TestPort extends AsyncDisposable {
  readonly port: number;
  readonly events: RecordedEvents;
}

/** The ports that may be open to other machines, by the option that names them. */
export const PORTS = {
  'http-port': async (timeouts?: ConnectionTimeouts): Promise<TestPort> => {
    const response = { statusCode: 200, headers: [], body: '' };
    const events = recordEvents();
    const listener = createHttpListener({
      resolve: () => ({ handler: { handle: () => Promise.resolve(response) }, rawPath: '/' }),
      maximumBodyBytes: 1000,
      maximumHeaderBytes: 1000,
      payloadTooLarge: { ...response, statusCode: 413 },
      events: events.bus,
      ...(timeouts && { timeouts }),
    });
    const port = await listener.listen(0, '127.0.0.1');
    return { port, events, [Symbol.asyncDispose]: closedAtEnd(() => listener.close(0)) };
  },
  'websocket-port': async (timeouts?: ConnectionTimeouts): Promise<TestPort> =>
    startGateway({}, timeouts && { timeouts }),
  'aws-port': async (timeouts?: ConnectionTimeouts): Promise<TestPort> => {
    const events = recordEvents();
    const endpoint = createAwsEndpoint({
      region: 'eu-west-1',
      credentials: createCredentialStore([operatorCredentials('123456789012')]),
      events: events.bus,
      ...(timeouts && { timeouts }),
    });
    const port = await endpoint.listen(0, '127.0.0.1');
    return { port, events, [Symbol.asyncDispose]: closedAtEnd(() => endpoint.close()) };
  },
};
