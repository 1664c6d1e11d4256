import * as z from 'zod';
import type { EventOf } from '../../events/index.ts';
import { logEntriesOf } from '../../insights/index.ts';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { Kept } from '../kept/index.ts';
import { maskSecrets, maskText } from '../mask.ts';
import type { ConsoleContext } from './context.ts';
import {
  FINISHED,
  type Finished,
  type InvocationRow,
  invocationRowOf,
  InvocationRows,
  MAXIMUM_ROWS,
} from './invocation-rows.ts';
import type { LogLine } from './log-line.ts';
import { LINE_EVENTS, LogLines, rowOf } from './log-lines.ts';
import { flag, limit, range, rangeKey, rangeOf } from './ranges.ts';

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
  /** The JSON as text. Undefined if it is no longer kept. */
  readonly event?: string | undefined;
  readonly result?: string | undefined;
  readonly isMasked: boolean;
  readonly report?: string | undefined;
  readonly logs: readonly LogLine[];
  readonly calls: readonly AwsCall[];
}

/** The invocations of functions: their events, results, log lines and calls. */
export function invocationRoutes(context: ConsoleContext): Route[] {
  const { insights, stack, payloads, positions, actions, nowMs } = context;
  const lines = new LogLines(stack);
  const kept = new Kept((wanted, key) => {
    return new InvocationRows(insights, wanted, key.slice(key.indexOf(' ') + 1));
  }, nowMs);
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
          .describe('A search, such as `function:*-api outcome:failed duration>100`.'),
        limit: limit(500, MAXIMUM_ROWS),
        ...range,
      }),
      async handle({ query }) {
        const asked = rangeOf(query, nowMs());
        const rows = await kept.of(asked, `${rangeKey(asked)} ${query.q}`);
        return rows.since(asked.startMs, query.limit);
      },
    }),
    route({
      method: 'GET',
      path: '/api/invocations/{requestId}',
      operationId: 'getInvocation',
      summary: 'One invocation: its event and result, REPORT line, log lines and AWS calls.',
      response:
        'The invocation. Its event and result are present as long as they are kept in memory.',
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
          ...(await whatHappenedIn(insights, lines, fact)),
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
    // Of an asynchronous invocation that was retried, the last attempt counts.
    if (event.requestId === requestId) found = event as Finished;
  }
  return found;
}

/**
 * The lines that a function wrote and the calls that it made between the start and the end of an
 * invocation.
 */
async function whatHappenedIn(
  insights: ConsoleContext['insights'],
  lines: LogLines,
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
      logs.push(...lines.of(event, id).map(rowOf));
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

/**
 * Masks JSON so that it stays JSON, since what is shown is still an event. Other text is masked as
 * text.
 */
function maskJson(text: string): string {
  try {
    return JSON.stringify(maskSecrets(JSON.parse(text)));
  } catch {
    return maskText(text);
  }
}
