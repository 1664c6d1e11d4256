import * as z from 'zod';
import { maskText } from '../mask.ts';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { parseSearch } from '../search/index.ts';
import type { ConsoleContext } from './context.ts';
import { stackOf } from './line-fields.ts';
import type { LogDetail, LogLine } from './log-line.ts';
import { LINE_EVENTS, LogLines, rowOf, searchedLine } from './log-lines.ts';
import { flag, limit, range, rangeOf } from './ranges.ts';

/** The lines, oldest first. */
export interface LogsResponse {
  readonly lines: readonly LogLine[];
  /** How many older lines match, besides those in the response. */
  readonly left: number;
  /** The value of `afterId` that asks for later lines. */
  readonly position: number;
}

/**
 * The most characters of a line's text that are shown. The number of all characters is shown too.
 */
const DETAIL_CHARACTERS = 1024 * 1024;

/** The log lines of functions and gateways. */
export function logRoutes({ stack, insights, positions, nowMs }: ConsoleContext): Route[] {
  const lines = new LogLines(stack);
  return [
    route({
      method: 'GET',
      path: '/api/logs',
      operationId: 'listLogs',
      summary: 'Log lines of functions, of Lambda and of the gateways, the newest ones.',
      response: 'Lines, oldest first; how many more match; and the position for `afterId`.',
      query: z.object({
        q: z
          .string()
          .default('')
          .describe(
            'A search with words and key:value pairs, such as `level:error function:*-api`.',
          ),
        afterId: z.coerce.number().optional().describe('Only lines after this position.'),
        limit: limit(2000, 20_000),
        ...range,
      }),
      async handle({ query }): Promise<LogsResponse> {
        const search = parseSearch(query.q);
        const { startMs, endMs } = rangeOf(query, nowMs());
        let position = query.afterId ?? 0;
        let found: LogDetail[] = [];
        let left = 0;
        const facts = insights.events({
          ...{ types: LINE_EVENTS, startMs, endMs },
          ...(query.afterId !== undefined && { afterId: query.afterId }),
        });
        for await (const { id, event } of facts) {
          position = id;
          for (const line of lines.of(event, id)) {
            if (search.isEmpty || search.matches(searchedLine(line))) found.push(line);
          }
          // Lines over the limit are dropped in large parts, since dropping them one by one costs
          // more.
          if (found.length > query.limit * 2) {
            left += found.length - query.limit;
            found = found.slice(-query.limit);
          }
        }
        left += Math.max(0, found.length - query.limit);
        return { lines: found.slice(-query.limit).map(rowOf), left, position };
      },
    }),
    route({
      method: 'GET',
      path: '/api/logs/{lineId}',
      operationId: 'getLog',
      summary: 'One log line with the whole of its text.',
      response:
        'The line, its text, log group and log stream; and the stack of an error in it, mapped to its sources.',
      query: z.object({ reveal: flag.describe('Show secrets too.') }),
      async handle({ path, query }) {
        const id = Number(parameter(path, 'lineId'));
        // A fact has fewer lines than this, and their ids follow the fact's own id.
        for await (const stored of insights.events({ types: LINE_EVENTS, afterId: id - 16 })) {
          if (stored.id > id) break;
          const line = lines.of(stored.event, stored.id).find((one) => one.id === id);
          if (line === undefined) continue;
          const text =
            line.text.length > DETAIL_CHARACTERS
              ? `${line.text.slice(0, DETAIL_CHARACTERS)}… (${line.text.length} characters)`
              : line.text;
          const show = (shown: string): string => (query.reveal ? shown : maskText(shown));
          const trace = stackOf(line.text);
          return {
            ...{ ...line, message: '', text: show(text) },
            stack: trace === undefined ? undefined : show(positions.mapStack(trace)),
          };
        }
        throw new RequestError(404, `There is no log line ${id}, or it is no longer kept.`);
      },
    }),
  ];
}
