import { admit, type DoorKeys } from '../front-door/index.ts';
import { allowsInvoke, parsePolicy } from '../iam/index.ts';
import { invokeWithin, type LambdaInvoker, timedOut } from '../lambda/index.ts';
import type { LambdaAuthorizer } from '../template/index.ts';
import type { Connection } from './connection.ts';
import { authorizerEvent } from './events.ts';
import type { HandshakeRequest } from './events.ts';
import { authorizerResponse } from './authorizer-response.ts';
import type { UpgradeRequest } from './upgrade-reader.ts';

/** A handshake that authorization refused. */
export interface Refusal {
  readonly statusCode: 401 | 403 | 500;
  readonly errorType: string;
  readonly message: string;
  /** For our own log: the client learns nothing of why an authorizer failed. */
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

/** The longest that API Gateway waits for a function, an authorizer like any other. */
const AUTHORIZER_TIMEOUT_MS = 29_000;

/** Verifies the signature of a handshake (headers, or a presigned URL as browsers must use). */
export function authorizeWithIam(
  keys: DoorKeys,
  connection: Connection,
  request: UpgradeRequest,
  path: string,
  query: string,
): Refusal | undefined {
  const { principal, refusal } = admit(
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
 * Asks a Lambda REQUEST authorizer. Its context is put on the connection, as strings. WebSocket
 * APIs do not cache the result.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export async function authorizeWithLambda(
  connection: Connection,
  request: HandshakeRequest,
  authorizer: LambdaAuthorizer,
  invoker: LambdaInvoker,
  requestId: string,
  traceId: string,
): Promise<Refusal | undefined> {
  const identified = authorizer.identitySources.every(
    (source) => identityValue(source, request, connection) !== '',
  );
  if (!identified) return UNAUTHORIZED;

  const started = performance.now();
  let payload: Buffer;
  try {
    const event = authorizerEvent(connection, request, requestId);
    const { functionLogicalId } = authorizer;
    const result = await invokeWithin(AUTHORIZER_TIMEOUT_MS, invoker, functionLogicalId, event, {
      traceId,
    });
    if (result === timedOut) return failed('timed out');
    if (!result.ok) {
      return result.errorMessage === 'Unauthorized' ? UNAUTHORIZED : failed(result.errorMessage);
    }
    payload = result.payload;
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }

  const parsed = parseResponse(payload);
  if (parsed === undefined) return failed('Invalid authorizer response');
  const { principalId, policyDocument, context } = parsed;
  const policy = parsePolicy('policyDocument', policyDocument, { type: 'identity' });
  const [problem] = policy.problems;
  if (problem !== undefined) return failed(`policyDocument: ${problem.message}`);
  if (!allowsInvoke(policy, `${connection.api.stageArn}/$connect`, connection.sourceIp)) {
    return FORBIDDEN;
  }
  connection.authorizer = {
    ...Object.fromEntries(
      Object.entries(context ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    principalId,
    integrationLatency: Math.round(performance.now() - started),
  };
  return undefined;
}

function parseResponse(payload: Buffer) {
  try {
    return authorizerResponse.safeParse(JSON.parse(payload.toString('utf8'))).data;
  } catch {
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

/** `route.request.header.Authorization`, `$request.querystring.token`, `stageVariables.x`, `context.x`. */
function identityValue(source: string, request: HandshakeRequest, connection: Connection): string {
  const expression = source
    .replace(/^\$/, '')
    .replace(/^route\./, '')
    .replace(/^request\./, '');
  const dot = expression.indexOf('.');
  const kind = expression.slice(0, dot);
  const name = expression.slice(dot + 1);
  switch (kind) {
    case 'header': {
      const wanted = name.toLowerCase();
      const found = Object.entries(request.headers).find(([key]) => key.toLowerCase() === wanted);
      return found?.[1] ?? '';
    }
    case 'querystring':
      return request.queryStringParameters?.[name] ?? '';
    case 'stageVariables':
      return connection.api.model.stageVariables[name] ?? '';
    case 'context':
      return contextValue(name, connection);
    default:
      return '';
  }
}

function contextValue(name: string, connection: Connection): string {
  switch (name) {
    case 'identity.sourceIp':
      return connection.sourceIp;
    case 'identity.userAgent':
      return connection.userAgent ?? '';
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
      return '';
  }
}
