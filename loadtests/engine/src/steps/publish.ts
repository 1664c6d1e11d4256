import { now } from '../clock.ts';
import { parseDuration } from '../duration.ts';
import type { StepInput } from '../flow/index.ts';
import { compilePath } from '../json-path.ts';
import {
  openLoop,
  sendRequest,
  signRequest,
  type HttpRequest,
  type HttpResponse,
  type Signing,
} from '../publish/index.ts';
import { StepError } from '../session/index.ts';
import { onlyChannel } from '../settings/index.ts';
import type { VirtualUser } from '../virtual-user.ts';
import { capture } from './capture.ts';
import { callBeforeRequest } from './functions.ts';
import type { Step } from './step.ts';

type Spec = Extract<StepInput, { name: 'publish' }>['input'];

/** Errors of connections that were never made: the request was not sent. */
const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'EHOSTUNREACH',
]);

/**
 * `publish`: makes the server push a message, by an HTTP request. Once, or with `rate` many times at
 * moments that are fixed in advance.
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
      user.worker.publisherEnded();
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

/** @returns what went wrong, if anything */
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
  const outcome = await send(user, spec, request);
  const answeredAt = now();
  if (outcome.state === 'accepted') {
    worker.metrics.time('publish', answeredAt - intendedAt, answeredAt);
    const id = idPath?.(parse(outcome.response.body));
    if (idPath !== undefined && typeof id !== 'string' && typeof id !== 'number') {
      return new StepError('publish: no id', `the response has no id at ${spec.id ?? ''}`);
    }
    worker.answered(
      message ?? worker.sent({ ...publication, id: String(id) }),
      'accepted',
      answeredAt,
    );
    await capture(user, spec.capture, outcome.response);
    return undefined;
  }
  if (message !== undefined) worker.answered(message, outcome.state, answeredAt);
  return outcome.error;
}

type Outcome =
  | {
      readonly state: 'accepted';
      readonly response: { body: string; headers: Record<string, unknown> };
    }
  | { readonly state: 'refused' | 'unanswered'; readonly error: StepError };

async function send(user: VirtualUser, spec: Spec, request: HttpRequest): Promise<Outcome> {
  const timeoutMs =
    spec.timeout === undefined
      ? user.worker.settings.publishTimeoutMs
      : parseDuration(user.template(spec.timeout), 'publish.timeout');
  let response: HttpResponse;
  try {
    response = await sendRequest(request, timeoutMs);
  } catch (error) {
    const { code = 'error', message } = error as NodeJS.ErrnoException;
    return {
      state: notSent.has(code) ? 'refused' : 'unanswered',
      error: new StepError(`publish: ${code}`, `${request.method} ${request.url}: ${message}`),
    };
  }
  const { status, body } = response;
  if (status >= 200 && status < 300) return { state: 'accepted', response };
  return {
    // A server that failed may have published all the same.
    state: status >= 500 ? 'unanswered' : 'refused',
    error: new StepError(
      `publish: HTTP ${status}`,
      `${request.method} ${request.url} was answered with ${status}: ${body.slice(0, 200)}`,
    ),
  };
}

async function buildRequest(
  user: VirtualUser,
  spec: Spec,
  variables: Readonly<Record<string, unknown>>,
): Promise<HttpRequest> {
  const { endpoints } = user.worker.settings;
  const filled = user.template(
    { url: spec.url, headers: spec.headers ?? {}, json: spec.json, body: spec.body },
    variables,
  );
  const url = /^https?:/.test(filled.url) ? filled.url : (endpoints.http ?? '') + filled.url;
  const params: Record<string, unknown> = { ...filled, url, method: spec.method ?? 'POST' };
  await callBeforeRequest(user, spec.beforeRequest, params);
  const body = params.json === undefined ? params.body : JSON.stringify(params.json);
  const request = {
    method: String(params.method),
    url: String(params.url),
    headers: {
      ...(params.json !== undefined && { 'content-type': 'application/json' }),
      ...(params.headers as Record<string, string>),
    },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
  };
  const signing = signingOf(spec.sign);
  return signing === undefined ? request : signRequest(request, signing);
}

function signingOf(sign: Spec['sign']): Signing | undefined {
  if (sign === undefined || sign === false) return undefined;
  if (sign !== true) return sign;
  return { service: 'execute-api', region: process.env.AWS_REGION ?? 'ap-northeast-1' };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
