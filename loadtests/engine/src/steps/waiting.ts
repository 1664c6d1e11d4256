import { now } from '../clock.ts';
import { parseDuration } from '../duration.ts';
import type { StepInput } from '../flow/index.ts';
import { StepError } from '../session/index.ts';
import type { VirtualUser } from '../virtual-user.ts';
import { publisherEnded } from './promised.ts';
import type { Step } from './step.ts';

type Input<K extends StepInput['name']> = Extract<StepInput, { name: K }>['input'];

/**
 * The wait between two attempts to connect again, in ms, doubling with jitter as AWS advises.
 * `@blogapp/retries` has the same for the backend. The engine does not use it, since it is a
 * package for any WebSocket API and depends on no part of the blog.
 */
const firstRetryMs = 100;
const longestRetryMs = 5000;

/** `think`: does nothing for a while. */
export function think(input: Input<'think'>): Step {
  return async (user) => {
    await sleep(parseDuration(user.template(input), 'think'));
  };
}

/** `stall`: stops reading for a while, as a client on a busy machine does. */
export function stall(input: Input<'stall'>): Step {
  return async (user) => {
    const connection = user.requireConnection('stall');
    connection.pause();
    await sleep(parseDuration(user.template(input), 'stall'));
    // Messages that waited for the reader say nothing about how long the server takes to deliver.
    user.reader.resumedAt = now();
    connection.resume();
  };
}

/** `signal`: notifies the users that hold for it, in all workers. */
export function signal(input: Input<'signal'>): Step {
  return async (user) => {
    user.give(user.template(input));
    return Promise.resolve();
  };
}

/** `hold`: reads messages, for a time or until the publishers have ended. */
export function hold(input: Input<'hold'>): Step {
  const spec = typeof input === 'object' ? input : { for: input };
  return async (user) => {
    const { reconnect } = spec;
    const isOver = endOf(user, spec);
    const until = performance.now() + parseDuration(user.template(spec.for), 'hold.for');
    for (;;) {
      const connection = user.requireConnection('hold');
      connection.forgetUnread();
      const why = await waitWhileOpen(user, until - performance.now(), isOver);
      if (why === 'over') return;
      if (reconnect !== true) {
        const code = connection.ending?.code ?? 1006;
        throw new StepError(
          `hold: closed by the server: ${code}`,
          `the connection was closed (${code}) while it was held`,
        );
      }
      await connectAgain(user, until);
    }
  };
}

/** `wait`: waits until a number of readers are subscribed, in all workers. */
export function wait(input: Input<'wait'>): Step {
  return async (user) => {
    const { worker } = user;
    const wanted = Number(user.template(input.subscribers));
    const timeoutMs = parseDuration(user.template(input.timeout ?? 60), 'wait.timeout');
    if (worker.subscribers >= wanted) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        forget();
        const message = `${worker.subscribers} of ${wanted} readers were subscribed after ${timeoutMs} ms`;
        reject(new StepError('wait: too few subscribers', message));
      }, timeoutMs);
      const forget = worker.onLevels(() => {
        if (worker.subscribers < wanted) return;
        clearTimeout(timer);
        forget();
        resolve();
      });
    });
  };
}

type HoldSpec = Exclude<Input<'hold'>, string | number>;

/** The condition on which a `hold` ends before its time. */
function endOf(user: VirtualUser, { publishers, signal: name, times }: HoldSpec): () => boolean {
  const { worker } = user;
  if (name !== undefined) {
    const [awaited, wanted] = [user.template(name), Number(user.template(times ?? 1))];
    return () => worker.signals(awaited) >= wanted;
  }
  if (publishers === undefined) return () => false;
  const wanted = Number(user.template(publishers));
  return () => worker.signals(publisherEnded) >= wanted;
}

async function waitWhileOpen(
  user: VirtualUser,
  ms: number,
  isOver: () => boolean,
): Promise<'over' | 'lost'> {
  const { worker, connection } = user;
  if (connection?.ending !== undefined) return 'lost';
  if (isOver()) return 'over';
  return new Promise((resolve) => {
    const timer = setTimeout(finish, Math.max(0, ms), 'over');
    const forgetEnd = connection?.onEnd(() => {
      finish('lost');
    });
    const forgetLevels = worker.onLevels(() => {
      if (isOver()) finish('over');
    });
    function finish(why: 'over' | 'lost'): void {
      clearTimeout(timer);
      forgetEnd?.();
      forgetLevels();
      resolve(why);
    }
  });
}

/** Connects and subscribes as before, again and again until it succeeds or the time is over. */
async function connectAgain(user: VirtualUser, until: number): Promise<void> {
  const { connectedWith, resubscribe } = user;
  if (connectedWith === undefined) return;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await user.connect(connectedWith);
      for (const subscribe of resubscribe) await subscribe();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      user.fail(error);
      await sleep(Math.random() * Math.min(longestRetryMs, firstRetryMs * 2 ** attempt));
    }
  }
}

async function sleep(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
