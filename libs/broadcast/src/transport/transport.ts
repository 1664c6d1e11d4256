import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { CredentialsCache, type CredentialsProvider } from './credentials.ts';
import { Lane, type LaneOptions, type PostSink } from './lane.ts';
import { PostSigner, SigningKeys, type SigningTarget } from './signer.ts';
import { buildConnector } from './undici.ts';

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
  /** Signs and sends; `sink` is told the outcome, always later. */
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
/** How often running posts are looked at, a time-out. */
const SWEEPS_PER_TIMEOUT = 4;

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
  const lanes = new LanePool({
    origin: url.origin,
    postTimeoutMs: options.postTimeoutMs ?? DEFAULT_POST_TIMEOUT_MS,
  });

  const open = async (payload: Uint8Array): Promise<Posting> => {
    await credentials.ready();
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const signer = new PostSigner(target, body, keys, () => credentials.current());
    return {
      post(connectionId, sink) {
        lanes.take().post(signer.sign(connectionId, Date.now()), body, sink);
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
    close: () => lanes.close(),
  };
}

/**
 * Kept-alive connections, one post at a time on each. Last in, first out, so that as few as
 * possible are open and those are warm. How many are used at once is the caller's choice.
 */
class LanePool {
  readonly #options: LaneOptions;
  readonly #all = new Set<Lane>();
  readonly #idle: Lane[] = [];
  readonly #sweepMs: number;
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({
    origin,
    postTimeoutMs,
  }: {
    readonly origin: string;
    readonly postTimeoutMs: number;
  }) {
    this.#sweepMs = Math.ceil(postTimeoutMs / SWEEPS_PER_TIMEOUT);
    this.#options = {
      origin,
      postTimeoutMs,
      // Shared, so that TLS sessions are resumed across connections. Certificates are verified:
      // that is undici's and Node's default.
      connect: buildConnector({ timeout: postTimeoutMs }),
      sweepsPerTimeout: SWEEPS_PER_TIMEOUT,
      release: (lane) => {
        this.#idle.push(lane);
      },
    };
  }

  /** @throws Error when the pool is closed */
  take(): Lane {
    if (this.#closed) throw new Error('the transport is closed');
    this.#sweeper ??= setInterval(() => {
      this.#sweep();
    }, this.#sweepMs);
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const lane = new Lane(this.#options);
    this.#all.add(lane);
    return lane;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    const lanes = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  /** Ends posts that take too long; stops when nothing is under way, so that a process can end. */
  #sweep(): void {
    for (const lane of this.#all) lane.sweep();
    if (this.#idle.length === this.#all.size) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  }
}
