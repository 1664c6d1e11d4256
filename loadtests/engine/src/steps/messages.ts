import { now } from '../clock.ts';
import { parseDuration } from '../duration.ts';
import type { StepInput } from '../flow/index.ts';
import { StepError } from '../session/index.ts';
import { onlyChannel, toExpectation, type Expectation } from '../settings/index.ts';
import type { VirtualUser } from '../virtual-user.ts';
import { capture } from './capture.ts';
import type { Step } from './step.ts';

type Input<K extends StepInput['name']> = Extract<StepInput, { name: K }>['input'];

/** `send`: sends a text unchanged, and any other value as JSON. */
export function send(input: Input<'send'>): Step {
  return async (user) => {
    user.requireConnection('send').send(toText(user.template(input)));
    return Promise.resolve();
  };
}

/** `expect`: waits for a message, and times it from the last `send`. */
export function expectMessage(input: Input<'expect'>): Step {
  return async (user) => {
    const { json, value, timeout, capture: captures } = input;
    const wanted = toExpectation({ json, value: user.template(value) });
    const connection = user.requireConnection('expect');
    const { sentAt } = connection;
    const found = await connection.expect(wanted, waitFor(user, timeout));
    if (sentAt !== undefined) user.worker.metrics.time('echo', found.at - sentAt, found.at);
    await capture(user, captures, { body: found.value });
  };
}

/**
 * `subscribe`: asks the server for channels and waits for the response. The reader is owed what is
 * published afterwards.
 */
export function subscribe(input: Input<'subscribe'>): Step {
  const spec = typeof input === 'string' || Array.isArray(input) ? { channels: input } : input;
  return async (user) => {
    const channels = [user.template(spec.channels)].flat();
    const again = async (resume: boolean): Promise<void> => {
      await subscribeTo(user, channels, { ...spec, resume });
    };
    await again(spec.resume === true);
    // This is not `push`, which reserves memory for 16 more elements.
    user.resubscribe = [...user.resubscribe, async () => again(true)];
  };
}

/** `unsubscribe`: asks the server to stop pushing on some channels. */
export function unsubscribe(input: Input<'unsubscribe'>): Step {
  const spec = typeof input === 'string' || Array.isArray(input) ? { channels: input } : input;
  return async (user) => {
    const channels = [user.template(spec.channels)].flat();
    const { send: message, response } = user.worker.settings.unsubscribe;
    const connection = user.requireConnection('unsubscribe');
    const at = now();
    connection.send(toText(fill(message, { channels })));
    // Messages that are published from here on may or may not be pushed.
    for (const channel of channels) user.worker.ledger.leave(user.reader, at, true, channel);
    if (response !== undefined) await connection.expect(response, waitFor(user, spec.timeout));
  };
}

interface SubscribeSpec {
  readonly send?: unknown;
  readonly response?: { json: string; value?: unknown } | undefined;
  readonly timeout?: string | number | undefined;
  readonly passive?: boolean | undefined;
  readonly resume: boolean;
}

async function subscribeTo(
  user: VirtualUser,
  channels: readonly string[],
  spec: SubscribeSpec,
): Promise<void> {
  const { worker, reader } = user;
  const { ledger, metrics, settings } = worker;
  const connection = user.requireConnection('subscribe');
  const message = spec.passive === true ? undefined : (spec.send ?? settings.subscribe.send);
  const since = spec.resume && reader.lostAt !== undefined ? user.resumeFrom : undefined;
  const { lostAt } = reader;
  // A reader that cannot resume has left.
  if (lostAt !== undefined && since === undefined && !(spec.resume && spec.passive === true)) {
    ledger.leave(reader, now(), true);
  }

  let at = connection.openedAt;
  if (message !== undefined) {
    const response =
      spec.response === undefined ? settings.subscribe.response : toExpectation(spec.response);
    at = await ask(user, fillSubscription(user, message, channels, since), response, spec.timeout);
  }
  if (since !== undefined && reader.lostAt !== undefined) ledger.resumed(reader, at);
  for (const channel of channels.length === 0 ? [onlyChannel] : channels) {
    ledger.join(reader, channel, at);
  }
  if (connection.ready) return;
  connection.ready = true;
  metrics.time('subscribed', at - connection.startedAt, at);
  if (lostAt !== undefined) metrics.time('gap', at - lostAt, at);
}

async function ask(
  user: VirtualUser,
  message: unknown,
  response: Expectation | undefined,
  timeout: string | number | undefined,
): Promise<number> {
  const connection = user.requireConnection('subscribe');
  connection.send(toText(user.template(message)));
  if (response === undefined) return now();
  try {
    const { at } = await connection.expect(response, waitFor(user, timeout));
    return at;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    throw new StepError(error.kind.replace('expect', 'subscribe'), error.message);
  }
}

function fillSubscription(
  user: VirtualUser,
  message: unknown,
  channels: readonly string[],
  since: string | undefined,
): unknown {
  const { resume } = user.worker.settings.subscribe;
  const filled = fill(message, { channels });
  return since === undefined || resume === undefined || typeof filled !== 'object'
    ? filled
    : { ...filled, ...(fill(resume, { channels, since }) as object) };
}

/** Replaces `$channels`, `$channel` and `$since` in a template by values. */
function fill(template: unknown, values: { channels: readonly string[]; since?: string }): unknown {
  if (template === '$channels') return values.channels;
  if (template === '$since') return values.since;
  if (typeof template === 'string')
    return template.replaceAll('$channel', values.channels[0] ?? '');
  if (Array.isArray(template)) return template.map((item: unknown) => fill(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, item]) => [key, fill(item, values)]),
  );
}

function waitFor(user: VirtualUser, timeout: string | number | undefined): number {
  return timeout === undefined
    ? user.worker.settings.responseTimeoutMs
    : parseDuration(user.template(timeout), 'timeout');
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
