import { problemSchema } from '@blogapp/shared-types/rest-responses';
import type * as z from 'zod/mini';
import { ApiProblemError, UnexpectedResponseError } from './errors.ts';

export interface ApiClientOptions {
  /** The HTTP API's URL, or the Function URL. */
  readonly baseUrl: string;
  /**
   * The caller's ID token, or a function that returns the current one. It is not needed for
   * reading.
   */
  readonly token?: string | (() => string | Promise<string>);
  /** The global `fetch` by default. */
  readonly fetch?: typeof fetch;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path with its segments percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

export interface Received<T> {
  readonly value: T;
  readonly headers: Headers;
}

export type Transport = <Schema extends z.ZodMiniType | undefined>(
  call: Call,
  schema: Schema,
) => Promise<Received<Schema extends z.ZodMiniType ? z.output<Schema> : undefined>>;

/** Sends calls, and checks the responses with the API's own schemas. */
export function createTransport(options: ApiClientOptions): Transport {
  const { baseUrl, token, fetch: send = fetch } = options;
  const base = baseUrl.replace(/\/$/, '');

  return async (call, schema) => {
    const url = `${base}${call.path}${queryOf(call.query)}`;
    const headers = new Headers();
    for (const [name, value] of Object.entries(call.headers ?? {})) {
      if (value !== undefined) headers.set(name, value);
    }
    const idToken = typeof token === 'function' ? await token() : token;
    if (idToken !== undefined) headers.set('authorization', `Bearer ${idToken}`);
    if (call.body !== undefined) headers.set('content-type', 'application/json');
    const response = await send(url, {
      method: call.method,
      headers,
      ...(call.body !== undefined && { body: jsonOf(call.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw problemOf(response, text, url);
    const value = schema === undefined ? undefined : parse(schema, text, response.status, url);
    // `parse` returned a value of the schema's type.
    return { value, headers: response.headers } as never;
  };
}

function queryOf(query: Call['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] satisfies [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function problemOf(response: Response, text: string, url: string): Error {
  try {
    const problem = problemSchema.parse(JSON.parse(text));
    const retryAfter = response.headers.get('retry-after');
    return new ApiProblemError(problem, retryAfter === null ? undefined : Number(retryAfter));
  } catch (error) {
    return new UnexpectedResponseError(response.status, url, error);
  }
}

function parse(schema: z.ZodMiniType, text: string, status: number, url: string): unknown {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new UnexpectedResponseError(status, url, error);
  }
}

/**
 * The JSON text of a value. The API refuses a U+FFFD in a body, because it stands for bytes that
 * are not UTF-8. So a U+FFFD that the caller wrote is escaped.
 */
function jsonOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('\ufffd', '\\ufffd');
}
