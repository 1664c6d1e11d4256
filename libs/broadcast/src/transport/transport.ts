import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { CredentialsCache, type CredentialsProvider } from './credentials.ts';
import type { LanePool } from './lane-pool.ts';
import type { PostSink } from './lane.ts';
import { PostSigner, type SigningTarget } from './signer.ts';
import { SigningKeys } from './signing-keys.ts';

export interface ConnectionsTransportOptions {
  /** `https://<api>.execute-api.<region>.amazonaws.com/<stage>`, or a custom domain with its mapping. */
  readonly endpoint: string;
  readonly region: string;
  /** Absent: the SDK's default chain (in Lambda, the function's role). */
  readonly credentials?: CredentialsProvider;
  /** A post that takes longer has failed (milliseconds; up to a quarter more passes). */
  readonly postTimeoutMs?: number;
}

/** Posts one payload to many connections. */
export interface Posting {
  /**
   * Signs and sends; `sink` is told the outcome, always later.
   *
   * @throws Error when the transport is closed or the credentials can't be in a header, URIError when
   *   the id can't be in a URL; the sink is told nothing then
   */
  post(connectionId: string, sink: PostSink): void;
}

/**
 * The `@connections` API for fan-out: posts signed over kept-alive connections at a small part of
 * the SDK's cost. One per endpoint and process.
 */
export interface ConnectionsTransport {
  /** Works out what the posts of a payload share. Rejects where there are no credentials. */
  open(payload: Uint8Array): Promise<Posting>;
  /**
   * Posts to one connection.
   *
   * @throws GoneException and the SDK's other exceptions; TimeoutError; Node's own for network errors
   */
  post(connectionId: string, payload: Uint8Array): Promise<void>;
  /** Ends the connections; posts under way fail. */
  close(): Promise<void>;
}

const DEFAULT_POST_TIMEOUT_MS = 5_000;

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
  // Loaded when the first payload is opened, with the SDK's errors: what that takes then passes while
  // the recipients are on their way from the table, and not before anything is asked for.
  const loadPool = (): Promise<LanePool> =>
    (pool ??= import('./lane-pool.ts').then(
      ({ LanePool }) =>
        new LanePool({ url, postTimeoutMs: options.postTimeoutMs ?? DEFAULT_POST_TIMEOUT_MS }),
    ));

  const open = async (payload: Uint8Array): Promise<Posting> => {
    const [lanes] = await Promise.all([loadPool(), credentials.ready()]);
    const signer = new PostSigner(target, payload, keys, () => credentials.current());
    return {
      post(connectionId, sink) {
        // Signed first: an id that can't be encoded throws, and a lane that was taken would be lost.
        const request = signer.sign(connectionId, Date.now());
        lanes.take().post(request, sink);
      },
    };
  };

  return {
    open,
    async post(connectionId, payload) {
      const posting = await open(payload);
      await new Promise<void>((resolve, reject) => {
        posting.post(connectionId, {
          onPosted: (_status, error) => {
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
