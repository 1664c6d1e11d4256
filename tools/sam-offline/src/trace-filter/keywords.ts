import type { Traced } from './trace.ts';

/** The keywords by the type of the values that they are compared with. */
export const BOOLEANS: Readonly<Record<string, (traced: Traced) => boolean>> = {
  ok: ({ error, fault, throttle }) => !error && !fault && !throttle,
  error: ({ error }) => error,
  fault: ({ fault }) => fault,
  throttle: ({ throttle }) => throttle,
  partial: ({ partial }) => partial,
};

export const NUMBERS: Readonly<Record<string, (traced: Traced) => readonly number[]>> = {
  responsetime: ({ responsetime }) => [responsetime],
  duration: ({ duration }) => [duration],
  'http.status': ({ http: { status } }) => (status === undefined ? [] : [status]),
};

export const TEXTS: Readonly<Record<string, (traced: Traced) => readonly string[]>> = {
  'http.url': ({ http: { url } }) => present(url),
  'http.method': ({ http: { method } }) => present(method),
  'http.useragent': ({ http: { userAgent } }) => present(userAgent),
  'http.clientip': ({ http: { clientIp } }) => present(clientIp),
  name: ({ name }) => present(name),
  type: ({ type }) => present(type),
  user: ({ users }) => users,
};

/** X-Ray's keywords for things that a local stack does not know. */
export const UNSUPPORTED = new Set([
  ...['availabilityzone', 'group.name', 'inferred', 'instance.id', 'json', 'message', 'remote'],
  ...['resource.arn', 'root', 'first', 'last', 'rootcause', 'coverage.rooted', 'index'],
]);

function present(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}
