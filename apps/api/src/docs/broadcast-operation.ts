import { broadcastRequestSchema, broadcastResultSchema } from '@blogapp/shared-types';
import type { RouteConfig } from '@hono/zod-openapi';
import { wireSchema } from './wire-schemas.ts';

/**
 * `POST /broadcast/comments`. A function of its own answers it (`apps/ws-handlers`), behind the same
 * HTTP API: it is described here, and is no route of this app.
 */
export const BROADCAST_PATH = '/broadcast/comments';

/** As API Gateway itself writes routes with IAM authorization into an OpenAPI document. */
export const SIGV4_SCHEME = {
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  description:
    'AWS Signature Version 4 for the service `execute-api`, over the body too, by who may `execute-api:Invoke` the route.',
  'x-amazon-apigateway-authtype': 'awsSigv4',
} as const;

const CORRELATION_ID = '01KAR6M0G0';

const problemSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457), without a type of their own.',
  properties: {
    type: { type: 'string', const: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
    correlationId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail', 'correlationId'],
} as const;

/** @param correlation the header of every response of the API, and of this function's */
export function broadcastOperation(correlation: Readonly<Record<string, object>>): RouteConfig {
  const problem = (status: number, title: string, detail: string, description = detail) => ({
    description: `${description}.`,
    headers: correlation,
    content: {
      'application/problem+json': {
        schema: problemSchema,
        example: { type: 'about:blank', title, status, detail, correlationId: CORRELATION_ID },
      },
    },
  });
  const gateway = (description: string, message: string) => ({
    description,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: { message: { type: 'string' } },
          required: ['message'],
        },
        example: { message },
      },
    },
  });
  const operation = {
    method: 'post',
    path: BROADCAST_PATH,
    operationId: 'broadcast',
    tags: ['Broadcast'],
    summary: 'Sends an announcement to everybody who is subscribed to a channel',
    description:
      'For the operator. The event is described in [asyncapi.json](asyncapi.json). Numbers that would reach subscribers as something else, such as `1e400`, are refused: send them as texts.',
    security: [{ sigv4: [] }],
    request: {
      body: {
        required: true,
        content: {
          'application/json': {
            schema: wireSchema(broadcastRequestSchema),
            example: { channel: 'all', type: 'announcement', data: { text: 'Hello' } },
          },
        },
      },
    },
    responses: {
      202: {
        description: 'What was sent, and what was queued.',
        headers: correlation,
        content: {
          'application/json': {
            schema: wireSchema(broadcastResultSchema),
            example: {
              eventId: '01KAR6PVZ0M1N2P3Q4R5S6T7V8',
              ...{ recipients: 3, delivered: 2, stale: 1, retried: 0, queued: 0 },
            },
          },
        },
      },
      400: problem(
        400,
        'Bad Request',
        'The body is not JSON',
        'The body is not JSON in UTF-8, or there is a query',
      ),
      403: gateway('The signature is missing, not valid, or of somebody who may not.', 'Forbidden'),
      413: problem(
        413,
        'Content Too Large',
        'The body is over 131072 bytes',
        'The body, or the event made of it, is over 128 KB',
      ),
      415: problem(415, 'Unsupported Media Type', 'The body must be application/json'),
      422: problem(422, 'Unprocessable Content', 'The body is not a broadcast request'),
      500: problem(
        500,
        'Internal Server Error',
        `Something went wrong; it is logged under ${CORRELATION_ID}`,
        'Something went wrong',
      ),
      503: gateway(
        'The function could not be invoked, or did not answer in its time.',
        'Service Unavailable',
      ),
    },
  };
  // Its schemas are JSON already; the generator takes them, and its types know zod's only.
  return operation as unknown as RouteConfig;
}
