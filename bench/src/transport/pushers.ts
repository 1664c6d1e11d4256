import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { createConnectionsTransport } from '@blogapp/broadcast';
import { Agent } from 'node:http';
import { Client } from 'undici';
import type { Dispatcher } from 'undici';

/** The number of pushes under way at once, and of sockets of each variant. */
export const IN_FLIGHT = 64;

const region = 'ap-northeast-1';
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** Pushes the payload to one connection, and calls `onResponse` when the response has come. */
export type Push = (connectionId: string, onResponse: (error?: unknown) => void) => void;

/** Makes a variant's function that pushes one payload to many connections. */
export type CreatePush = (endpoint: string, payload: Buffer) => Promise<Push>;

export const pushers = {
  'ours, signed': ours,
  'AWS SDK': sdk,
  'undici, unsigned': unsigned,
} satisfies Record<string, CreatePush>;

export type PusherName = keyof typeof pushers;

/**
 * Uses the transport as the broadcaster does: one sink for each push under way, used again and
 * again.
 */
async function ours(endpoint: string, payload: Buffer): Promise<Push> {
  const transport = createConnectionsTransport({
    endpoint,
    region,
    credentials: () => Promise.resolve(credentials),
  });
  const pusher = await transport.open(payload);
  const idle: { onResponse: (error?: unknown) => void; onPushed: PushedListener }[] = [];
  return (connectionId, onResponse) => {
    let sink = idle.pop();
    if (sink === undefined) {
      const made = {
        onResponse,
        onPushed: (_status: number, error: Error | undefined): void => {
          idle.push(made);
          made.onResponse(error);
        },
      };
      sink = made;
    }
    sink.onResponse = onResponse;
    pusher.push(connectionId, sink);
  };
}

type PushedListener = (status: number, error: Error | undefined) => void;

/** Uses one SDK client, a keep-alive agent, and as many sockets as there are pushes under way. */
function sdk(endpoint: string, payload: Buffer): Promise<Push> {
  const client = new ApiGatewayManagementApiClient({
    endpoint,
    region,
    credentials,
    maxAttempts: 1,
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: IN_FLIGHT }) },
  });
  return Promise.resolve((connectionId, onResponse) => {
    client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: payload })).then(
      () => {
        onResponse();
      },
      (error: unknown) => {
        onResponse(error ?? new Error('failed'));
      },
    );
  });
}

/**
 * Pushes over undici with as little as possible: `dispatch` with a handler that is used again, no
 * signature and constant headers.
 */
function unsigned(endpoint: string, payload: Buffer): Promise<Push> {
  const { origin, pathname } = new URL(endpoint);
  const prefix = `${pathname}/@connections/`;
  const headers = ['content-type', 'application/octet-stream'];
  const idle: UnsignedLane[] = [];
  return Promise.resolve((connectionId, onResponse) => {
    const lane = idle.pop() ?? new UnsignedLane(origin, idle);
    lane.push(
      { method: 'POST', path: prefix + encodeURIComponent(connectionId), headers, body: payload },
      onResponse,
    );
  });
}

class UnsignedLane implements Dispatcher.DispatchHandler {
  readonly #client: Client;
  readonly #idle: UnsignedLane[];
  #onResponse: (error?: unknown) => void = () => undefined;

  constructor(origin: string, idle: UnsignedLane[]) {
    this.#client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0 });
    this.#idle = idle;
  }

  push(options: Dispatcher.DispatchOptions, onResponse: (error?: unknown) => void): void {
    this.#onResponse = onResponse;
    this.#client.dispatch(options, this);
  }

  onConnect(): void {
    // undici requires this callback; there is nothing to do.
  }

  onHeaders(): boolean {
    return true;
  }

  onData(): boolean {
    return true;
  }

  onComplete(): void {
    this.#idle.push(this);
    this.#onResponse();
  }

  onError(error: Error): void {
    this.#onResponse(error);
  }
}
