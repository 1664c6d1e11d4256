import type * as z from 'zod';
import { SamOfflineError } from '../../sam-offline-error.ts';

/** A text parameter in the path or the query, as the handler gets it. */
export type Parameters = Readonly<Record<string, string>>;

/** A problem with a request, in words for its sender. */
export class RequestError extends SamOfflineError {
  override readonly name = 'RequestError';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** An operation of the API. Its documentation is also what its requests are checked with. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/api/traces/{traceId}` */
  readonly path: string;
  readonly operationId: string;
  /** A whole sentence that says what the operation does. */
  readonly summary: string;
  readonly query?: z.ZodObject | undefined;
  readonly body?: z.ZodType | undefined;
  /** The content of the response, in words. */
  readonly response: string;
  readonly handle: (request: RouteRequest) => unknown;
}

export interface RouteRequest {
  readonly path: Parameters;
  readonly query: unknown;
  readonly body: unknown;
}

interface TypedRoute<Query extends z.ZodObject, Body extends z.ZodType> extends Omit<
  Route,
  'query' | 'body' | 'handle'
> {
  readonly query?: Query;
  readonly body?: Body;
  readonly handle: (request: {
    readonly path: Parameters;
    readonly query: z.output<Query>;
    readonly body: z.output<Body>;
  }) => unknown;
}

/** Types a route's handler by the schemas that its requests are parsed with. */
export function route<Query extends z.ZodObject, Body extends z.ZodType>(
  typed: TypedRoute<Query, Body>,
): Route {
  return typed as Route;
}

/**
 * Reads the route's parameters from a path, percent-decoded.
 *
 * @returns undefined if the path belongs to another route
 */
export function matchPath(pattern: string, path: string): Parameters | undefined {
  const wanted = pattern.split('/');
  const found = path.split('/');
  if (wanted.length !== found.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = found[index] ?? '';
    if (!part.startsWith('{')) {
      if (part !== text) return undefined;
      continue;
    }
    try {
      parameters[part.slice(1, -1)] = decodeURIComponent(text);
    } catch {
      throw new RequestError(400, `"${text}" in the path is not percent-encoded UTF-8.`);
    }
  }
  return parameters;
}

/** The value of a parameter of the route's path. */
export function parameter(path: Parameters, name: string): string {
  const value = path[name];
  if (value === undefined) throw new Error(`The path has no {${name}}.`);
  return value;
}
