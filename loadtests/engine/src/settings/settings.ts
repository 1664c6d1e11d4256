import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type * as z from 'zod';
import { parseDuration } from '../duration.ts';
import { compilePath, type JsonPath } from '../json-path.ts';
import { nearest } from '../nearest.ts';
import { settingsSchema, type SettingsInput } from './schema.ts';

/** A condition on a message: it has one of these values, or any value, at a path. */
export interface Expectation {
  readonly path: JsonPath;
  /** The condition as it was written, for error texts. */
  readonly text: string;
  readonly values: readonly unknown[] | undefined;
}

export interface MessageSettings {
  readonly id: readonly JsonPath[];
  readonly channel: JsonPath | undefined;
  readonly list: JsonPath | undefined;
  readonly where: readonly Expectation[];
  readonly publishedAt: JsonPath | undefined;
  readonly order: JsonPath | undefined;
  readonly same: JsonPath | undefined;
  readonly resumeFrom: JsonPath | undefined;
}

export interface Settings {
  readonly endpoints: Endpoints;
  readonly message: MessageSettings | undefined;
  readonly subscribe: {
    readonly send: unknown;
    readonly response: Expectation | undefined;
    readonly resume: Readonly<Record<string, unknown>> | undefined;
  };
  readonly unsubscribe: { readonly send: unknown; readonly response: Expectation | undefined };
  /** All times are in ms. */
  readonly lateAfterMs: number;
  readonly drainMs: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly publishTimeoutMs: number;
  readonly clocks: readonly string[];
  readonly record: string | undefined;
}

export interface Endpoints {
  readonly websocket?: string;
  readonly http?: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The parts of Artillery's script that the engine reads. */
export interface Script {
  readonly config: {
    target?: string;
    readonly websocketPush?: unknown;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly processor?: Readonly<Record<string, unknown>> | string;
    readonly engines?: Readonly<Record<string, unknown>>;
    readonly plugins?: Readonly<Record<string, unknown>>;
    readonly engine?: string;
  };
  readonly scenarios?: readonly unknown[];
  readonly _scriptPath?: string;
}

/** The channel of messages that have none. */
export const onlyChannel = '*';

/**
 * Reads `config.websocketPush`, and the endpoints from the file that it names.
 *
 * @throws Error that says where the scenario file is wrong, one line for each mistake
 */
export function readSettings(script: Script): Settings {
  const parsed = settingsSchema.safeParse(script.config.websocketPush ?? {});
  if (!parsed.success) throw new Error(describeIssues(parsed.error, 'config.websocketPush'));
  const input = parsed.data;
  const time = (name: 'lateAfter' | 'drain' | `${string}Timeout`, value: unknown): number =>
    parseDuration(value, `config.websocketPush.${name}`);
  return {
    endpoints: readEndpoints(script, input),
    message: readMessage(input.message),
    subscribe: {
      send: input.subscribe?.send,
      response: input.subscribe?.response && toExpectation(input.subscribe.response),
      resume: input.subscribe?.resume,
    },
    unsubscribe: {
      send: input.unsubscribe?.send,
      response: input.unsubscribe?.response && toExpectation(input.unsubscribe.response),
    },
    lateAfterMs: time('lateAfter', input.lateAfter),
    drainMs: time('drain', input.drain),
    connectTimeoutMs: time('connectTimeout', input.connectTimeout),
    responseTimeoutMs: time('responseTimeout', input.responseTimeout),
    publishTimeoutMs: time('publishTimeout', input.publishTimeout),
    clocks: input.clocks,
    record: input.record,
  };
}

/**
 * Writes one line for each mistake: its place, what was expected, and the name that was probably
 * meant.
 */
export function describeIssues(error: z.ZodError, where: string): string {
  return error.issues
    .map((issue) => {
      const at = [where, ...issue.path.map(String)].join('.');
      if (issue.code !== 'unrecognized_keys') return `${at}: ${issue.message}`;
      return issue.keys.map((key) => `${at}: there is no setting "${key}" here`).join('\n');
    })
    .join('\n');
}

/** Writes `"x"; did you mean "y"?`, or `"x"` alone if no known name is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/**
 * Makes a condition from its form in the scenario file.
 *
 * @param input `json` is a path, and `value` the value or values that a message may have there
 */
export function toExpectation(input: { json: string; value?: unknown }): Expectation {
  const { json, value } = input;
  return {
    path: compilePath(json),
    text: value === undefined ? json : `${json} = ${JSON.stringify(value)}`,
    values: value === undefined ? undefined : Array.isArray(value) ? value : [value],
  };
}

/** Whether a message meets a condition. */
export function matches({ path, values }: Expectation, value: unknown): boolean {
  const found = path(value);
  return values === undefined ? found !== undefined : values.includes(found);
}

function readMessage(input: SettingsInput['message']): MessageSettings | undefined {
  if (input === undefined) return undefined;
  const path = (text: string | undefined): JsonPath | undefined =>
    text === undefined ? undefined : compilePath(text);
  return {
    id: [input.id].flat().map(compilePath),
    channel: path(input.channel),
    list: path(input.list),
    where: [input.where ?? []].flat().map(toExpectation),
    publishedAt: path(input.publishedAt),
    order: path(input.order),
    same: path(input.same),
    resumeFrom: path(input.resumeFrom),
  };
}

function readEndpoints(script: Script, { endpoints }: SettingsInput): Endpoints {
  const { target } = script.config;
  if (endpoints === undefined) {
    const isWebSocket = target !== undefined && /^wss?:/.test(target);
    return {
      variables: {},
      ...(target && (isWebSocket ? { websocket: target } : { http: target })),
    };
  }
  const folder = dirname(script._scriptPath ?? resolve('scenario.yaml'));
  const file = resolve(process.env.LOADTEST_OUTPUTS ?? resolve(folder, endpoints.file));
  let outputs: unknown;
  try {
    // Workers on other machines do not have this file, so they get the outputs themselves.
    const { LOADTEST_OUTPUTS: text = '' } = process.env;
    outputs = JSON.parse(text.startsWith('{') ? text : readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `config.websocketPush.endpoints.file: ${file} can't be read (${(error as Error).message}). ` +
        'It is where the stack writes its outputs: start the stack first, or name the file in LOADTEST_OUTPUTS.',
      { cause: error },
    );
  }
  const read = (name: string, path: string | undefined): string | undefined => {
    if (path === undefined) return undefined;
    const value = compilePath(path)(outputs);
    if (typeof value === 'string') return value;
    throw new Error(
      `config.websocketPush.endpoints.${name}: ${file} has no text at ${path}; it has ${Object.keys(outputs as object).join(', ')}`,
    );
  };
  const websocket = read('websocket', endpoints.websocket);
  const http = read('http', endpoints.http);
  return {
    ...(websocket !== undefined && { websocket }),
    ...(http !== undefined && { http }),
    variables: Object.fromEntries(
      Object.entries(endpoints.variables ?? {}).map(([name, path]) => [
        name,
        read(`variables.${name}`, path) ?? '',
      ]),
    ),
  };
}
