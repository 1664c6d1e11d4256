import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { CredentialsCache, type CredentialsProvider } from './credentials.ts';
import type { LanePool } from './lane-pool.ts';
import type { PushSink } from './lane.ts';
import { PushSigner, type SigningTarget } from './signer.ts';
import { SigningKeys } from './signing-keys.ts';

export interface ConnectionsTransportOptions {
  /** `https://<api>.execute-api.<region>.amazonaws.com/<stage>`, or a custom domain with its mapping. */
  readonly endpoint: string;
  readonly region: string;
  /** The SDK's default provider chain when absent (in Lambda, the function's role). */
  readonly credentials?: CredentialsProvider;
  /** A push that takes longer fails (milliseconds). The check may come up to a quarter later. */
  readonly pushTimeoutMs?: number;
}

/** Pushes one payload to many connections. */
export interface Pusher {
  /**
   * Signs and sends. `sink` gets the outcome, always after this call returns.
   *
   * @throws Error when the transport is closed or the credentials can't be in a header, URIError when
   *   the id can't be in a URL; then the sink is not called
   */
  push(connectionId: string, sink: PushSink): void;
}

/**
 * The `@connections` API for fan-out: pushes signed over kept-alive connections at a small part of
 * the SDK's cost. One per endpoint and process.
 */
export interface ConnectionsTransport {
  /** Prepares what the pushes of a payload share. It rejects when there are no credentials. */
  open(payload: Uint8Array): Promise<Pusher>;
  /**
   * Pushes to one connection.
   *
   * @throws GoneException and the SDK's other exceptions; TimeoutError; Node's own for network errors
   */
  push(connectionId: string, payload: Uint8Array): Promise<void>;
  /** Ends the connections; pushes under way fail. */
  close(): Promise<void>;
}

const DEFAULT_PUSH_TIMEOUT_MS = 5_000;

/**
 * @example
 *   createConnectionsTransport({ endpoint: env.WEBSOCKET_API_ENDPOINT, region: env.AWS_REGION });
 */
export function createConnectionsTransport(
  options: ConnectionsTransportOptions,
): ConnectionsTransport {
  const url = new URL(options.endpoint);
  const target: SigningTarget = {
    host: url.host,
    basePath: url.pathname.replace(/\/+$/, ''),
    region: options.region,
  };
  const credentials = new CredentialsCache(options.credentials ?? defaultProvider());
  const keys = new SigningKeys();
  let pool: Promise<LanePool> | undefined;
  // The pool and the SDK's errors are loaded when the first payload is opened: then they load while
  // the recipients are read from the table.
  const loadPool = (): Promise<LanePool> =>
    (pool ??= import('./lane-pool.ts').then(
      ({ LanePool }) =>
        new LanePool({ url, pushTimeoutMs: options.pushTimeoutMs ?? DEFAULT_PUSH_TIMEOUT_MS }),
    ));

  const open = async (payload: Uint8Array): Promise<Pusher> => {
    const [lanes] = await Promise.all([loadPool(), credentials.ready()]);
    const signer = new PushSigner(target, payload, keys, () => credentials.current());
    return {
      push(connectionId, sink) {
        // The request is signed first: an id that can't be encoded throws, and a lane taken before
        // would be lost.
        const request = signer.sign(connectionId, Date.now());
        lanes.take().push(request, sink);
      },
    };
  };

  return {
    open,
    async push(connectionId, payload) {
      const pusher = await open(payload);
      await new Promise<void>((resolve, reject) => {
        pusher.push(connectionId, {
          onPushed: (_status, error) => {
            if (error === undefined) resolve();
            else reject(error);
          },
        });
      });
    },
    close: async () => {
      (await loadPool()).close();
    },
  };
}
