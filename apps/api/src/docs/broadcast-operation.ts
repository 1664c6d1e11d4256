import { broadcastRequestSchema, broadcastResultSchema } from '@blogapp/shared-types';
import type { ProblemName } from '@blogapp/shared-types/rest';
import type { RouteConfig } from '@hono/zod-openapi';
import { CORRELATION, problemResponses } from './problem-responses.ts';
import { wireSchema } from './wire-schemas.ts';

/**
 * `POST /broadcast/comments`. Another function (`apps/ws-handlers`) serves it behind the same HTTP
 * API. It is described here, but is not a route of this app.
 */
export const BROADCAST_PATH = '/broadcast/comments';

/**
 * The security scheme that API Gateway writes into an exported OpenAPI document for a route with
 * IAM authorization.
 */
export const SIGV4_SCHEME = {
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  description:
    'AWS Signature Version 4 for the service `execute-api`, which also covers the body. The signer needs the permission `execute-api:Invoke` for the route.',
  'x-amazon-apigateway-authtype': 'awsSigv4',
} as const;

const PROBLEMS: readonly ProblemName[] = [
  'malformed-request',
  'content-too-large',
  'unsupported-media-type',
  'invalid-content',
  'internal-error',
];

/**
 * The OpenAPI operation of `POST /broadcast/comments`, with the responses of its function and of
 * the gateway.
 */
export function broadcastOperation(): RouteConfig {
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
      'For the operator. The event is described in [asyncapi.json](asyncapi.json). Numbers that would change on their way to subscribers, such as `1e400`, are refused: send them as texts.',
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
        headers: CORRELATION,
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
      403: gateway(
        'The signature is missing or not valid, or its signer does not have the permission.',
        'Forbidden',
      ),
      ...problemResponses(PROBLEMS, BROADCAST_PATH),
      503: gateway(
        'The function could not be invoked, or did not respond in time.',
        'Service Unavailable',
      ),
    },
  };
  // Some schemas are JSON already. The generator accepts them, but its types allow only zod's.
  return operation as unknown as RouteConfig;
}
