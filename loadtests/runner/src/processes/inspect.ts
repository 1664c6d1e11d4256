import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { CpuProfile } from './self-time.ts';

/**
 * How long, in ms, to wait for an inspector. It opens and closes in the next turn of the process's
 * event loop, which may be very busy.
 */
const LOOKS = 40;
const LOOK_EVERY_MS = 50;
const COMMAND_MS = 10_000;
/** The time between two samples, in µs. V8's default is 1,000. */
const SAMPLING_US = 1000;

const pages = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
const profileResult = z.object({ profile: z.custom<CpuProfile>() });
const workerAttached = z.object({ sessionId: z.string() });
const workerSaid = z.object({ sessionId: z.string(), message: z.string() });

/**
 * Takes a CPU profile of a Node.js process that was started without any flag: SIGUSR1 opens its
 * inspector, which is closed again afterwards.
 *
 * @returns a profile of the main thread and of each worker thread
 * @throws Error if the inspector does not open (its port may be taken), or does not respond
 */
export async function profileProcess(pid: number, durationMs: number): Promise<CpuProfile[]> {
  const before = listeningPorts(pid);
  process.kill(pid, 'SIGUSR1');
  const { port, url } = await openedInspector(pid, before);
  const session = await InspectorSession.open(url);
  try {
    await session.startProfiles();
    await delay(durationMs);
    return await session.stopProfiles();
  } finally {
    session.closeInspector();
    await until(() => !listeningPorts(pid).has(port));
  }
}

/** @returns whether the condition became true in time */
async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < LOOKS; attempt += 1) {
    if (await condition()) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}

interface Inspector {
  readonly port: number;
  /** The URL of the inspector's WebSocket. */
  readonly url: string;
}

/**
 * Finds the inspector's port. A stack also opens other ports meanwhile, one for each execution
 * environment, so the port has to respond as an inspector.
 */
async function openedInspector(pid: number, before: ReadonlySet<number>): Promise<Inspector> {
  let found: Inspector | undefined;
  const others = new Set(before);
  await until(async () => {
    for (const port of listeningPorts(pid)) {
      if (others.has(port)) continue;
      const url = await inspectorAt(port);
      if (url === undefined) others.add(port);
      else found = { port, url };
    }
    return found !== undefined;
  });
  if (found !== undefined) return found;
  throw new Error(`the inspector of process ${pid} did not open; its port may be taken`);
}

async function inspectorAt(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    return pages.parse(await response.json())[0]?.webSocketDebuggerUrl;
  } catch {
    return undefined;
  }
}

/** The numbers of the open files of a process. Empty if the process has ended. */
function filesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

/** The ports on which a process listens, by the sockets that it has open. */
function listeningPorts(pid: number): Set<number> {
  const listening = 0x0a;
  const sockets = new Set(
    filesOf(pid).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  if (sockets.size === 0) return new Set();
  // The columns of /proc/net/tcp are sl, local address:port, remote, state, …, inode (10th), see
  // proc(5).
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1);
  return new Set(
    rows.flatMap((row) => {
      const [, local = '', , state = '', , , , , , inode = ''] = row.trim().split(/\s+/);
      return Number.parseInt(state, 16) === listening && sockets.has(inode)
        ? [Number.parseInt(local.split(':')[1] ?? '', 16)]
        : [];
    }),
  );
}

type Waiter = (reply: z.infer<typeof message>) => void;

/** A session of the DevTools protocol with a process and its worker threads. */
class InspectorSession {
  readonly #socket: WebSocket;
  readonly #waiters = new Map<number, Waiter>();
  /** The start of each thread's profile, by the session of the worker; undefined is the main thread. */
  readonly #starts = new Map<string | undefined, Promise<void>>();
  #last = 0;

  static async open(url: string): Promise<InspectorSession> {
    const socket = new WebSocket(url);
    await new Promise((opened, failed) => {
      socket.addEventListener('open', opened, { once: true });
      socket.addEventListener('error', failed, { once: true });
    });
    return new InspectorSession(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.#heard(String(data));
    });
  }

  /**
   * Starts a profile of the main thread and of each worker thread. Node.js attaches to a busy worker
   * only later, and its profile starts then.
   */
  async startProfiles(): Promise<void> {
    this.#startProfile(undefined);
    await this.#send(undefined, 'NodeWorker.enable', { waitForDebuggerOnStart: false });
    await Promise.all(this.#starts.values());
  }

  async stopProfiles(): Promise<CpuProfile[]> {
    return Promise.all(
      [...this.#starts].map(async ([worker, started]) => {
        await started;
        return profileResult.parse(await this.#send(worker, 'Profiler.stop')).profile;
      }),
    );
  }

  #startProfile(worker: string | undefined): void {
    const started = (async () => {
      await this.#send(worker, 'Profiler.enable');
      await this.#send(worker, 'Profiler.setSamplingInterval', { interval: SAMPLING_US });
      await this.#send(worker, 'Profiler.start');
    })();
    // Stopping the profile reports the error.
    started.catch(() => undefined);
    this.#starts.set(worker, started);
  }

  /**
   * Closes the inspector when nobody is connected any more. Closing it earlier would wait for this
   * session.
   */
  closeInspector(): void {
    const expression =
      "setTimeout(() => process.getBuiltinModule('node:inspector').close(), 100).unref()";
    void this.#send(undefined, 'Runtime.evaluate', { expression })
      .catch(() => undefined)
      .finally(() => {
        this.#socket.close();
      });
  }

  async #send(worker: string | undefined, method: string, params = {}): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      this.#waiters.delete(id);
      reject(new Error(`no response to ${method} within ${COMMAND_MS} ms`));
    }, COMMAND_MS);
    this.#waiters.set(id, ({ result, error }) => {
      clearTimeout(timer);
      if (error === undefined) resolve(result);
      else reject(new Error(`${method}: ${error.message}`));
    });
    const command = JSON.stringify({ id, method, params });
    this.#socket.send(
      worker === undefined
        ? command
        : JSON.stringify({
            id: -id,
            method: 'NodeWorker.sendMessageToWorker',
            params: { sessionId: worker, message: command },
          }),
    );
    return promise;
  }

  #heard(text: string): void {
    const reply = message.parse(JSON.parse(text));
    if (reply.method === 'NodeWorker.attachedToWorker') {
      this.#startProfile(workerAttached.parse(reply.params).sessionId);
    } else if (reply.method === 'NodeWorker.receivedMessageFromWorker') {
      this.#heard(workerSaid.parse(reply.params).message);
    } else if (reply.id !== undefined) {
      this.#waiters.get(reply.id)?.(reply);
      this.#waiters.delete(reply.id);
    }
  }
}
