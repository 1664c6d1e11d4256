import * as z from 'zod';
import type { LambdaFunction } from '../../template/index.ts';
import { route, type Route } from '../http/index.ts';
import { maskSecrets } from '../mask.ts';
import type { ConsoleContext } from './context.ts';
import { flag } from './ranges.ts';

/** The stack itself, with its resources. */
export function stackRoutes(context: ConsoleContext): Route[] {
  const { stack, outputs } = context;
  return [
    route({
      method: 'GET',
      path: '/api/stack',
      operationId: 'getStack',
      summary:
        'The stack: outputs, APIs with their routes, functions, tables, queues, buckets, topics, rules.',
      response: 'The template’s model; values of secrets are masked.',
      query: z.object({ reveal: flag.describe('Show secrets too.') }),
      handle({ query }) {
        const { dashboards, warnings, ...model } = stack;
        return {
          name: model.name,
          ...{ region: model.region, accountId: model.accountId, templatePath: model.templatePath },
          ...{ outputs: outputs(), warnings, dashboards: dashboards.map(({ name }) => name) },
          functions: model.functions.map((fn) => functionOf(fn, query.reveal)),
          ...{ httpApis: model.httpApis, webSocketApis: model.webSocketApis },
          ...{ tables: model.tables.map(({ tableName }) => tableName) },
          ...{ queues: model.queues.map(({ queueName }) => queueName) },
          ...{ buckets: model.buckets.map(({ bucketName }) => bucketName) },
          ...{ topics: model.topics.map(({ topicName }) => topicName) },
          ...{ rules: model.rules.map(({ name }) => name) },
          ...{ schedules: model.schedules.map(({ name }) => name) },
          eventSourceMappings: model.eventSourceMappings,
        };
      },
    }),
  ];
}

function functionOf(fn: LambdaFunction, reveal: boolean): object {
  const { environment, ...rest } = fn;
  return { ...rest, environment: reveal ? environment : maskSecrets(environment) };
}
