import { now } from '../clock.ts';
import { parseDuration } from '../duration.ts';
import type { StepInput } from '../flow/index.ts';
import { compilePath } from '../json-path.ts';
import { openLoop } from '../publish/index.ts';
import { StepError } from '../session/index.ts';
import { onlyChannel } from '../settings/index.ts';
import type { VirtualUser } from '../virtual-user.ts';
import { capture } from './capture.ts';
import { buildRequest, parse, send } from './http.ts';
import { publisherEnded } from './promised.ts';
import type { Step } from './step.ts';

type Spec = Extract<StepInput, { name: 'publish' }>['input'];

/**
 * `publish`: makes the server push a message, by an HTTP request. It does so once, or, with `rate`,
 * many times at moments that are fixed in advance.
 */
export function publish(spec: Spec): Step {
  return async (user) => {
    try {
      if (spec.rate === undefined) {
        const error = await publishOne(user, spec, now());
        if (error !== undefined) throw error;
        return;
      }
      const rate = Number(user.template(spec.rate));
      if (!(rate > 0))
        throw new StepError('publish: rate', `publish.rate is ${rate}: more than 0 is needed`);
      const count = countOf(user, spec, rate);
      await openLoop({ rate, count, start: now() }, async (intendedAt) => {
        const error = await publishOne(user, spec, intendedAt).catch((thrown: unknown) => thrown);
        if (error !== undefined) user.fail(error);
      });
    } finally {
      user.give(publisherEnded);
    }
  };
}

function countOf(user: VirtualUser, spec: Spec, rate: number): number {
  if (spec.count !== undefined) return Number(user.template(spec.count));
  if (spec.for === undefined) {
    throw new StepError('publish: no end', 'publish.rate needs publish.for or publish.count');
  }
  return Math.max(
    1,
    Math.round((rate * parseDuration(user.template(spec.for), 'publish.for')) / 1000),
  );
}

/** @returns the error, if there is one */
async function publishOne(
  user: VirtualUser,
  spec: Spec,
  intendedAt: number,
): Promise<StepError | undefined> {
  const { worker } = user;
  const messageId = worker.nextMessageId();
  const variables = { messageId, intendedAt };
  const channel = user.template(spec.channel ?? onlyChannel, variables);
  const request = await buildRequest(user, spec, variables);
  const idPath = spec.id?.startsWith('$') === true ? compilePath(spec.id) : undefined;
  const ownId = spec.id === undefined ? messageId : user.template(spec.id, variables);

  const sentAt = now();
  worker.metrics.time('lag', sentAt - intendedAt, intendedAt);
  const publication = { channel, intendedAt, sentAt };
  const message = idPath === undefined ? worker.sent({ ...publication, id: ownId }) : undefined;
  const outcome = await send(user, 'publish', spec, request);
  const respondedAt = now();
  if (outcome.state === 'accepted') {
    worker.metrics.time('publish', respondedAt - intendedAt, respondedAt);
    const id = idPath?.(parse(outcome.response.body));
    if (idPath !== undefined && typeof id !== 'string' && typeof id !== 'number') {
      return new StepError('publish: no id', `the response has no id at ${spec.id ?? ''}`);
    }
    worker.published(
      message ?? worker.sent({ ...publication, id: String(id) }),
      'accepted',
      respondedAt,
    );
    await capture(user, spec.capture, outcome.response);
    return undefined;
  }
  if (message !== undefined) worker.published(message, outcome.state, respondedAt);
  return outcome.error;
}

/** `request`: sends any HTTP request, and times it by `name` as the metric `http.<name>`. */
export function request(spec: Extract<StepInput, { name: 'request' }>['input']): Step {
  return async (user) => {
    const { metrics } = user.worker;
    const built = await buildRequest(user, { ...spec, method: spec.method ?? 'GET' }, {});
    const sentAt = now();
    const outcome = await send(user, 'request', spec, built);
    if (outcome.state !== 'accepted') throw outcome.error;
    const at = now();
    metrics.custom(`http.${user.template(spec.name)}`, at - sentAt, at);
    await capture(user, spec.capture, outcome.response);
  };
}
