import { OpenAPIHono } from '@hono/zod-openapi';
import type { RouteConfig } from '@hono/zod-openapi';
import { problemsOf } from '../http/index.ts';
import type { ResponseHeader, Route } from '../http/index.ts';
import { responseSchemas } from './response-schemas.ts';
import { describedRoutes } from './described-routes.ts';
import { broadcastOperation, SIGV4_SCHEME } from './broadcast-operation.ts';
import { addExamples } from './examples.ts';
import { CORRELATION, problemResponses } from './problem-responses.ts';
import { shareProblemResponses } from './share-problem-responses.ts';

type Responses = RouteConfig['responses'];
type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const DESCRIPTION = `Posts, comments and favorites. New comments are pushed to those who are reading through the
WebSocket API ([asyncapi.json](asyncapi.json)); this API is for everything else.

- **Lists** come in pages: \`nextCursor\` of one page is the \`cursor\` of the next.
- **Reads** carry an \`ETag\`; with \`If-None-Match\`, the response is 304 if nothing has changed.
- **Changes** of a post need \`If-Match\` with the \`ETag\` of the version that was read.
- **Creations** take an \`Idempotency-Key\`: a repeated request gets the first one's response, for 24 hours.
- **Queries** may have only the parameters that are described, each once. Any other gets a 400, on every route.
- **Bodies** are JSON in UTF-8, without a U+FFFD: write \`\\ufffd\` if it is meant.
- **Errors** are problem documents (RFC 9457): decide by their \`type\`.`;

const HEADERS: Readonly<Record<ResponseHeader, { description: string; example: string }>> = {
  etag: { description: 'The version of the representation.', example: '"1-0"' },
  link: {
    description: 'The next page, if there is one.',
    example: '</posts?cursor=abc>; rel="next"',
  },
  location: {
    description: 'The path of the new resource.',
    example: '/posts/01KAR6M0G0A1B2C3D4E5F6G7H8',
  },
  'idempotency-replayed': {
    description: '`true` when this is the response to an earlier request with the same key.',
    example: 'true',
  },
};

/** `*`, or a list of entity tags without commas, such as those of this API. */
const ENTITY_TAGS_PATTERN = '^(\\*|(W/)?"[!#-+\\x2d-~]*"(, ?(W/)?"[!#-+\\x2d-~]*")*)$';

// It is in the same bundle, because both need zod and a generator.
export { asyncApiDocument } from './asyncapi.ts';

/** Makes the OpenAPI 3.1 document of the API. `version` is the API's version. */
export function openApiDocument(version: string): Document {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'firebase', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A Firebase ID token.',
  });
  registry.registerComponent('securitySchemes', 'sigv4', SIGV4_SCHEME);
  for (const route of describedRoutes) registry.registerPath(routeConfig(route));
  registry.registerPath(broadcastOperation());
  return finish(
    app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'blogapp',
        version,
        description: DESCRIPTION,
        license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'Posts', description: 'Posts, and their feed.' },
        { name: 'Comments', description: 'Comments on a post.' },
        { name: 'Favorites', description: 'Posts that a user has marked.' },
        { name: 'Broadcast', description: 'Announcements of the operator to everybody.' },
        { name: 'Service', description: 'The API itself.' },
      ],
    }),
  );
}

function finish(document: Document): Document {
  return addExamples(shareProblemResponses(document));
}

function routeConfig(route: Route): RouteConfig {
  const { method, path, operationId, tag, summary, description, params, query, body } = route;
  return {
    method,
    path,
    operationId,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: route.access === 'user' ? [{ firebase: [] }] : [],
    parameters: headerParameters(route),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: { ...successResponses(route), ...problemResponses(problemsOf(route), '/posts') },
  };
}

function headerParameters(route: Route): NonNullable<RouteConfig['parameters']> {
  const parameter = (name: string, required: boolean, description: string, example: string) =>
    ({
      name,
      in: 'header',
      required,
      description,
      example,
      schema: { type: 'string' },
    }) as const;
  return [
    ...(route.ifMatch
      ? [
          {
            ...parameter(
              'If-Match',
              true,
              'The ETag of the version that was read, or `*`.',
              '"1-0"',
            ),
            schema: { type: 'string', pattern: ENTITY_TAGS_PATTERN },
          } as const,
        ]
      : []),
    ...(route.idempotent
      ? [
          {
            ...parameter(
              'Idempotency-Key',
              false,
              'Any text that is new for each creation: 1 to 255 printable ASCII characters, without spaces at its ends. An empty one is refused.',
              '8e03978e-40d5-43dd-bc93-6894a57f9324',
            ),
            schema: { type: 'string', pattern: '^[!-~]([ -~]{0,253}[!-~])?$', maxLength: 255 },
          } as const,
        ]
      : []),
    ...(isConditional(route)
      ? [parameter('If-None-Match', false, 'ETags of the responses that the caller has.', '"1-0"')]
      : []),
  ];
}

function isConditional({ method, response }: Route): boolean {
  return method === 'get' && (response.headers?.includes('etag') ?? false);
}

function successResponses(route: Route): Responses {
  const { status, description, schema, mediaType = 'application/json', headers } = route.response;
  const header = (name: ResponseHeader) => ({
    ...HEADERS[name],
    schema: { type: 'string' } as const,
  });
  const described = Object.fromEntries(
    [...(headers ?? [])].map((name) => [headerName(name), header(name)]),
  );
  return {
    [status]: {
      description,
      headers: { ...described, ...CORRELATION },
      ...(schema !== undefined && {
        content: { [mediaType.split(';')[0] ?? mediaType]: { schema: responseSchemas[schema] } },
      }),
    },
    ...(isConditional(route) && {
      304: {
        description: 'The version that the caller has is current.',
        headers: { ETag: header('etag'), ...CORRELATION },
      },
    }),
  };
}

function headerName(name: ResponseHeader): string {
  return name === 'etag' ? 'ETag' : name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
