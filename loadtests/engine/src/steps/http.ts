import { parseDuration } from '../duration.ts';
import type { StepInput } from '../flow/index.ts';
import {
  sendRequest,
  signRequest,
  type HttpRequest,
  type HttpResponse,
  type Signing,
} from '../publish/index.ts';
import { StepError } from '../session/index.ts';
import type { VirtualUser } from '../virtual-user.ts';
import { callBeforeRequest } from './functions.ts';

/** The settings that `publish` and `request` have in common. */
type Spec = Pick<
  Extract<StepInput, { name: 'publish' }>['input'],
  'url' | 'method' | 'headers' | 'json' | 'body' | 'sign' | 'timeout' | 'beforeRequest'
>;

/** Error codes of connections that were never made, so the request was not sent. */
const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'EHOSTUNREACH',
]);

/** The result of a request. */
export type Outcome =
  | {
      readonly state: 'accepted';
      readonly response: { body: string; headers: Record<string, unknown> };
    }
  | { readonly state: 'refused' | 'unconfirmed'; readonly error: StepError };

/** @param step the step's name, for the kinds of errors */
export async function send(
  user: VirtualUser,
  step: string,
  spec: Spec,
  request: HttpRequest,
): Promise<Outcome> {
  const timeoutMs =
    spec.timeout === undefined
      ? user.worker.settings.publishTimeoutMs
      : parseDuration(user.template(spec.timeout), `${step}.timeout`);
  let response: HttpResponse;
  try {
    response = await sendRequest(request, timeoutMs);
  } catch (error) {
    const { code = 'error', message } = error as NodeJS.ErrnoException;
    return {
      state: notSent.has(code) ? 'refused' : 'unconfirmed',
      error: new StepError(`${step}: ${code}`, `${request.method} ${request.url}: ${message}`),
    };
  }
  const { status, body } = response;
  if (status >= 200 && status < 300) return { state: 'accepted', response };
  return {
    // A server that failed may have published nevertheless.
    state: status >= 500 ? 'unconfirmed' : 'refused',
    error: new StepError(
      `${step}: HTTP ${status}`,
      `${request.method} ${request.url} got the status ${status}: ${body.slice(0, 200)}`,
    ),
  };
}

/** Fills in variables, and signs if the step asks for it. */
export async function buildRequest(
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

/** The value of a body that is JSON. Undefined for any other body. */
export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
