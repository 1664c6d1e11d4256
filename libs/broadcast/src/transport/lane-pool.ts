import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Lane, type LaneOptions } from './lane.ts';

/** How many times in one time-out the running pushes are checked. */
const SWEEPS_PER_TIMEOUT = 4;
/** Size of one read; responses are below 1 KB (bytes). */
const READ_BYTES = 16 * 1024;
/**
 * After this idle time TCP probes a connection, to notice that its other end is gone
 * (milliseconds).
 */
const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * Kept-alive connections with one push at a time on each. The connection that was used last is
 * taken first, so that as few as possible are open and none is idle for long. The caller decides
 * how many are used at once.
 */
export class LanePool {
  readonly #options: LaneOptions;
  readonly #all = new Set<Lane>();
  readonly #idle: Lane[] = [];
  readonly #sweepMs: number;
  #sweeper: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ url, pushTimeoutMs }: { readonly url: URL; readonly pushTimeoutMs: number }) {
    this.#sweepMs = Math.ceil(pushTimeoutMs / SWEEPS_PER_TIMEOUT);
    this.#options = {
      pushTimeoutMs,
      connect: connectorTo(url),
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

  close(): void {
    this.#closed = true;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    for (const lane of this.#all) lane.close();
    this.#all.clear();
    this.#idle.length = 0;
  }

  /**
   * Ends pushes that take too long. It stops when nothing is under way, so that a process can exit.
   */
  #sweep(): void {
    for (const lane of this.#all) lane.sweep();
    if (this.#idle.length === this.#all.size) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  }
}

/**
 * Certificates are verified, which is Node's default; sessions are resumed across connections.
 *
 * @returns a function that begins a connection; `onText` gets the received bytes, one character
 * each (latin1)
 */
function connectorTo({ protocol, hostname, port }: URL): LaneOptions['connect'] {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  // All connections share one buffer, because each read is copied out of it at once. A stream of
  // buffers would add a tenth to the cost of a push.
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const optionsFor = (onText: (text: string) => void, defaultPort: number) => ({
    host,
    port: Number(port || defaultPort),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
    onread: {
      buffer,
      callback: (bytes: number) => {
        onText(buffer.toString('latin1', 0, bytes));
        return true;
      },
    },
  });
  if (protocol === 'http:') return (onText) => connectTcp(optionsFor(onText, 80));
  let session: Buffer | undefined;
  return (onText) => {
    const socket = connectTls({
      ...optionsFor(onText, 443),
      // The server name must be a name and not an address (RFC 6066, section 3).
      servername: isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      ...(session !== undefined && { session }),
    });
    socket.on('session', (ticket) => {
      session = ticket;
    });
    return socket;
  };
}
