import * as z from 'zod';
import type { EventOf, EventType } from '../../events/index.ts';
import { logEntriesOf } from '../../insights/index.ts';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { maskSecrets, maskText } from '../mask.ts';
import { parseSearch } from '../search/index.ts';
import type { ConsoleContext } from './context.ts';
import { type LogLine, LINE_EVENTS, linesOf, rowOf } from './log-lines.ts';
import { flag, limit, range, rangeOf } from './ranges.ts';

/** An invocation in a list. */
export interface InvocationRow {
  readonly requestId: string;
  readonly functionName: string;
  readonly timeMs: number;
  readonly durationMs: number;
  readonly outcome: 'answered' | 'failed' | 'timed-out' | 'throttled';
  readonly error?: string | undefined;
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly initDurationMs?: number | undefined;
  readonly memorySizeMb?: number | undefined;
  readonly maxMemoryUsedMb?: number | undefined;
}

export interface AwsCall {
  readonly timeMs: number;
  readonly durationMs: number;
  readonly service: string;
  readonly operation: string;
  readonly resource?: string | undefined;
  readonly statusCode: number;
  readonly errorType?: string | undefined;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface InvocationResponse extends InvocationRow {
  readonly logicalId?: string | undefined;
  /** JSON as text; undefined where it is no longer kept. */
  readonly event?: string | undefined;
  readonly result?: string | undefined;
  readonly isMasked: boolean;
  readonly report?: string | undefined;
  readonly logs: readonly LogLine[];
  readonly calls: readonly AwsCall[];
}

type Finished =
  | EventOf<'invocation.answered'>
  | EventOf<'invocation.failed'>
  | EventOf<'invocation.timed-out'>
  | EventOf<'invocation.throttled'>;

const FINISHED: readonly EventType[] = [
  'invocation.answered',
  'invocation.failed',
  'invocation.timed-out',
  'invocation.throttled',
];

/** Invocations of functions: what they got, gave, logged and called. */
export function invocationRoutes(context: ConsoleContext): Route[] {
  const { insights, stack, payloads, positions, actions, nowMs } = context;
  return [
    route({
      method: 'GET',
      path: '/api/invocations',
      operationId: 'listInvocations',
      summary: 'Invocations that ended in a time range, newest first.',
      response: 'Invocations, and how many more there are.',
      query: z.object({
        q: z
          .string()
          .default('')
          .describe('A search: `function:*-api outcome:failed duration>100`.'),
        limit: limit(500, 10_000),
        ...range,
      }),
      async handle({ query }) {
        const search = parseSearch(query.q);
        const found: InvocationRow[] = [];
        const facts = insights.events({ types: FINISHED, ...rangeOf(query, nowMs()) });
        for await (const { event } of facts) {
          const row = invocationRowOf(event as Finished);
          if (search.isEmpty || search.matches(searchedInvocation(row))) found.push(row);
        }
        const invocations = found.slice(-query.limit).reverse();
        return { invocations, left: found.length - invocations.length };
      },
    }),
    route({
      method: 'GET',
      path: '/api/invocations/{requestId}',
      operationId: 'getInvocation',
      summary: 'One invocation: its event and result, REPORT line, log lines and AWS calls.',
      response: 'The invocation; event and result are there as long as they are kept in memory.',
      query: z.object({ reveal: flag.describe('Show secrets too.') }),
      async handle({ path, query }): Promise<InvocationResponse> {
        const requestId = parameter(path, 'requestId');
        const fact = await findInvocation(insights, requestId);
        if (fact === undefined) {
          throw new RequestError(404, `There is no invocation ${requestId} that has ended.`);
        }
        const kept = payloads.ofInvocation(requestId);
        const show = (text: string | undefined) =>
          text === undefined || query.reveal ? text : maskJson(text);
        const event = show(kept.event);
        const result = show(kept.result);
        const shownResult = result && positions.mapStack(result);
        const entries = logEntriesOf(fact);
        return {
          ...invocationRowOf(fact),
          logicalId: stack.functions.find((fn) => fn.functionName === fact.functionName)?.logicalId,
          ...{ event, result: shownResult },
          isMasked: event !== kept.event || result !== kept.result,
          report: entries.find(({ message }) => message.startsWith('REPORT'))?.message,
          ...(await whatHappenedIn(insights, fact)),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/functions/{logicalId}/invocations',
      operationId: 'invokeFunction',
      summary: 'Invokes a function and waits for its result.',
      response: 'The new invocation’s request id, whether it succeeded, and its result.',
      body: z.object({ event: z.string().describe('JSON, as text.') }),
      async handle({ path, body }) {
        const logicalId = parameter(path, 'logicalId');
        if (!stack.functions.some((fn) => fn.logicalId === logicalId)) {
          throw new RequestError(404, `The stack has no function ${logicalId}.`);
        }
        try {
          JSON.parse(body.event);
        } catch (error) {
          throw new RequestError(400, `The event is not JSON: ${(error as Error).message}`);
        }
        try {
          return await actions.invoke(logicalId, body.event);
        } catch (error) {
          throw new RequestError(429, `${logicalId} was not invoked: ${(error as Error).message}`);
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/invocations/{requestId}/again',
      operationId: 'invokeAgain',
      summary: 'Invokes the same function with the same event as an earlier invocation.',
      response: 'The new invocation’s request id, whether it succeeded, and its result.',
      body: z.object({}),
      async handle({ path }) {
        const requestId = parameter(path, 'requestId');
        const fact = await findInvocation(insights, requestId);
        const { event } = payloads.ofInvocation(requestId);
        const fn = stack.functions.find((one) => one.functionName === fact?.functionName);
        if (fn === undefined || event === undefined) {
          throw new RequestError(404, `The event of ${requestId} is no longer kept.`);
        }
        return actions.invoke(fn.logicalId, event);
      },
    }),
  ];
}

async function findInvocation(
  insights: ConsoleContext['insights'],
  requestId: string,
): Promise<Finished | undefined> {
  let found: Finished | undefined;
  for await (const { event } of insights.events({ types: FINISHED, contains: requestId })) {
    // Of an asynchronous invocation that was retried, the last attempt.
    if (event.requestId === requestId) found = event as Finished;
  }
  return found;
}

/** What a function wrote and called between the start and the end of an invocation. */
async function whatHappenedIn(
  insights: ConsoleContext['insights'],
  fact: Finished,
): Promise<{ logs: LogLine[]; calls: AwsCall[] }> {
  const logs: LogLine[] = [];
  const calls: AwsCall[] = [];
  if (fact.type === 'invocation.throttled') return { logs, calls };
  const { requestId, environmentId, durationMs, initDurationMs = 0 } = fact;
  const startMs = fact.timeMs - durationMs - initDurationMs - 5;
  // A line may be read from the pipe a moment after the response.
  const facts = insights.events({
    types: [...LINE_EVENTS, 'aws.call'],
    ...{ startMs, endMs: fact.timeMs + 1000 },
  });
  for await (const { id, event } of facts) {
    if (event.type === 'aws.call') {
      if (event.invocationId === requestId) calls.push(callOf(event));
    } else if (
      event.environmentId === environmentId &&
      (event.requestId === undefined ? event.timeMs <= fact.timeMs : event.requestId === requestId)
    ) {
      logs.push(...linesOf(event, id).map(rowOf));
    }
  }
  return { logs, calls };
}

function callOf(event: EventOf<'aws.call'>): AwsCall {
  const { timeMs, durationMs, service, operation, resource, statusCode, errorType } = event;
  const { resources = [] } = event;
  return {
    ...{ timeMs: timeMs - durationMs, durationMs, service, operation, statusCode, errorType },
    resource: resource ?? (resources.map(({ name }) => name).join(', ') || undefined),
    readUnits: resources.reduce((sum, { readUnits = 0 }) => sum + readUnits, 0),
    writeUnits: resources.reduce((sum, { writeUnits = 0 }) => sum + writeUnits, 0),
  };
}

function invocationRowOf(event: Finished): InvocationRow {
  const { requestId, functionName, timeMs, traceId, correlationId } = event;
  const common = { requestId, functionName, timeMs, traceId, correlationId };
  if (event.type === 'invocation.throttled') {
    return { ...common, durationMs: 0, outcome: 'throttled', error: event.reason };
  }
  const { durationMs, initDurationMs, memorySizeMb, maxMemoryUsedMb } = event;
  const figures = { durationMs, initDurationMs, memorySizeMb, maxMemoryUsedMb };
  switch (event.type) {
    case 'invocation.answered':
      return { ...common, ...figures, outcome: 'answered' };
    case 'invocation.failed':
      return {
        ...{ ...common, ...figures, outcome: 'failed' },
        error: maskText(`${event.errorType}: ${event.errorMessage}`),
      };
    case 'invocation.timed-out':
      return { ...common, ...figures, outcome: 'timed-out', error: `after ${event.timeoutMs} ms` };
  }
}

function searchedInvocation(row: InvocationRow) {
  const values: Readonly<Record<string, unknown>> = {
    function: row.functionName,
    outcome: row.outcome,
    status: row.outcome,
    duration: row.durationMs,
    init: row.initDurationMs,
    memory: row.maxMemoryUsedMb,
    error: row.error,
    request: row.requestId,
    requestid: row.requestId,
    trace: row.traceId,
    correlation: row.correlationId,
    cold: row.initDurationMs !== undefined,
  };
  return {
    text: `${row.functionName} ${row.requestId} ${row.outcome} ${row.error ?? ''}`,
    values: (key: string) => (values[key] === undefined ? [] : [values[key]]),
  };
}

/** Masks JSON as JSON, so that what is shown is an event still; other text as text. */
function maskJson(text: string): string {
  try {
    return JSON.stringify(maskSecrets(JSON.parse(text)));
  } catch {
    return maskText(text);
  }
}
