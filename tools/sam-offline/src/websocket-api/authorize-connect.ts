import { authorizeRequest, type AccessControl } from '../request-authorization/index.ts';
import { type IdentityReaders, LambdaAuthorizers, readIdentitySource } from '../gateway/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { LambdaAuthorizer } from '../template/index.ts';
import type { Connection } from './connection.ts';
import { authorizerEvent } from './events.ts';
import type { HandshakeRequest } from './events.ts';
import type { UpgradeRequest } from './upgrade-reader.ts';

/** The response to a handshake that authorization refused. */
export interface Refusal {
  readonly statusCode: 401 | 403 | 500;
  readonly errorType: string;
  readonly message: string;
  /** The reason, for sam-offline's own log. The client does not learn why an authorizer failed. */
  readonly detail?: string;
}

const UNAUTHORIZED: Refusal = {
  statusCode: 401,
  errorType: 'UnauthorizedException',
  message: 'Unauthorized',
};
const FORBIDDEN: Refusal = {
  statusCode: 403,
  errorType: 'ForbiddenException',
  message: 'Forbidden',
};

/** The longest time that API Gateway waits for a function. It holds for authorizers too. */
const AUTHORIZER_TIMEOUT_MS = 29_000;

/** API Gateway does not cache the results of a WebSocket API's authorizers. */
const RULES = { timeoutMs: AUTHORIZER_TIMEOUT_MS, keepsResults: false, isClassic: true };

/**
 * Verifies the signature of a handshake. It is in the headers, or in a presigned URL, since
 * browsers cannot set headers.
 *
 * @returns undefined if the caller may connect
 */
export function authorizeWithIam(
  keys: AccessControl,
  connection: Connection,
  request: UpgradeRequest,
  path: string,
  query: string,
): Refusal | undefined {
  const { principal, refusal } = authorizeRequest(
    keys,
    { method: 'GET', path, query, headers: request.headers, body: Buffer.alloc(0) },
    { service: 'execute-api' },
    () => ({
      permissions: [
        { action: 'execute-api:Invoke', resource: `${connection.api.stageArn}/$connect` },
      ],
    }),
  );
  if (refusal !== undefined) {
    return { statusCode: 403, errorType: refusal.code, message: refusal.message };
  }
  connection.caller = {
    accessKey: principal.accessKeyId,
    accountId: principal.accountId,
    userArn: principal.arn,
  };
  return undefined;
}

/**
 * Asks a Lambda REQUEST authorizer. Its context becomes part of the connection, as strings.
 *
 * @see
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export async function authorizeWithLambda(
  connection: Connection,
  request: HandshakeRequest,
  authorizer: LambdaAuthorizer,
  invoker: LambdaInvoker,
  requestId: string,
  traceId: string,
): Promise<Refusal | undefined> {
  const started = performance.now();
  const authorizers = new LambdaAuthorizers(invoker, connection.api.permissions, RULES);
  const decision = await authorizers
    .ask({
      authorizer,
      identity: authorizer.identitySources.map((source) =>
        readIdentitySource(source, readersOf(request, connection)),
      ),
      event: () => authorizerEvent(connection, request, requestId),
      routeArn: `${connection.api.stageArn}/$connect`,
      ...{ sourceIp: connection.sourceIp, traceId },
    })
    .catch((error: unknown) => ({
      outcome: 'failed' as const,
      reason: error instanceof Error ? error.message : String(error),
    }));
  switch (decision.outcome) {
    case 'unauthorized':
      return UNAUTHORIZED;
    case 'denied':
      return FORBIDDEN;
    case 'failed':
      return failed(decision.reason);
    case 'allowed':
      connection.authorizer = {
        ...Object.fromEntries(
          Object.entries(decision.context).map(([name, value]) => [name, String(value)]),
        ),
        principalId: decision.principalId ?? '',
        integrationLatency: Math.round(performance.now() - started),
      };
      return undefined;
  }
}

function failed(detail: string): Refusal {
  return {
    statusCode: 500,
    errorType: 'AuthorizerConfigurationException',
    message: 'Internal server error',
    detail,
  };
}

function readersOf(request: HandshakeRequest, connection: Connection): IdentityReaders {
  return {
    header: (name) =>
      Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1],
    queryString: (name) => ownText(request.queryStringParameters, name),
    stageVariable: (name) => ownText(connection.api.model.stageVariables, name),
    context: (name) => contextValue(name, connection),
  };
}

/** A name may be `constructor`, which every object has. */
function ownText(
  texts: Readonly<Record<string, string>> | undefined,
  name: string,
): string | undefined {
  return texts !== undefined && Object.hasOwn(texts, name) ? texts[name] : undefined;
}

function contextValue(name: string, connection: Connection): string | undefined {
  switch (name) {
    case 'identity.sourceIp':
      return connection.sourceIp;
    case 'identity.userAgent':
      return connection.userAgent;
    case 'connectionId':
      return connection.connectionId;
    case 'stage':
      return connection.api.model.stageName;
    case 'apiId':
      return connection.api.model.apiId;
    case 'domainName':
      return connection.api.domainName;
    case 'routeKey':
      return '$connect';
    case 'eventType':
      return 'CONNECT';
    default:
      return undefined;
  }
}
