import * as z from 'zod';
import type { Route } from './route.ts';

/** The OpenAPI 3.1 document of the API, made from the routes. */
export function openApiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'sam-offline console',
      version: '1',
      description:
        'The logs, traces, metrics, invocations, connections and data of a running stack. GET changes nothing. Times are milliseconds since 1970.',
    },
    paths,
  };
}

function operationOf({ operationId, summary, path, query, body, response }: Route): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  return {
    operationId,
    summary,
    parameters: [...inPath, ...queryParameters(query)],
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(body) } },
      },
    }),
    responses: {
      '200': { description: response, content: { 'application/json': { schema: {} } } },
      default: {
        description: 'The problem with the request.',
        content: {
          'application/json': {
            schema: { type: 'object', properties: { message: { type: 'string' } } },
          },
        },
      },
    },
  };
}

function queryParameters(query: z.ZodObject | undefined): object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query) as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
    ...(description !== undefined && { description }),
  }));
}

function schemaOf(type: z.ZodType): object {
  const { $schema: _version, ...schema } = z.toJSONSchema(type, {
    io: 'input',
    unrepresentable: 'any',
  });
  return schema;
}
