import type { ContextValue, ContextVariables } from '../gateway/index.ts';
import type { HttpResponse } from './response.ts';
import {
  type ApiIdentity,
  commonLogTime,
  domainName,
  iamIdentity,
  type IamIdentity,
} from './request-context.ts';
import type { RequestNotes } from './request-fact.ts';
import type { GatewayRequest } from './request.ts';

/** The values of a served request for its line in the access log. */
export interface LoggedRequest {
  readonly requestTimeMs: number;
  readonly requestId: string;
  readonly api: ApiIdentity;
  readonly request: GatewayRequest;
  readonly response: HttpResponse;
  readonly notes: RequestNotes;
  /** The time from the request to its response, in ms. */
  readonly latencyMs: number;
}

type Read = (entry: LoggedRequest) => ContextValue;

const ms = (value: number | undefined): number | undefined => value && Math.round(value);

const bytesOf = ({ body }: HttpResponse): number => Buffer.byteLength(body);

const identityOf =
  (name: keyof IamIdentity): Read =>
  ({ notes: { authorization } }) =>
    authorization?.type === 'iam'
      ? (iamIdentity(authorization.principal)[name] ?? undefined)
      : undefined;

const integrationError: Read = ({ notes }) => notes.integrationError;
const integrationLatency: Read = ({ notes }) => ms(notes.integration?.latencyMs);
/** Reads the status of Lambda's API, which is 200 even if the function threw an error. */
const integrationStatus: Read = ({ notes }) => notes.integrationStatus;
const invocationId: Read = ({ notes }) => notes.invocationId;
const requestId: Read = (entry) => entry.requestId;
const errorMessage: Read = ({ response }) => response.error?.message;

/**
 * The variables of HTTP APIs that can have a value here. The others on AWS's list belong to
 * features that are not emulated (Cognito identities, client certificates, organizations, custom
 * domains).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const VARIABLES: Readonly<Record<string, Read>> = {
  accountId: ({ api }) => api.accountId,
  apiId: ({ api }) => api.apiId,
  'authorizer.error': ({ notes, response }) =>
    notes.authorizer === undefined || notes.authorizer.outcome === 'allowed'
      ? undefined
      : (response.error?.authorizerError ?? response.error?.message),
  'authorizer.latency': ({ notes }) => ms(notes.authorizer?.durationMs),
  'authorizer.principalId': ({ notes: { authorization } }) =>
    authorization?.type === 'lambda' ? authorization.principalId : undefined,
  'authorizer.status': ({ notes, response }) =>
    notes.authorizer && (notes.authorizer.outcome === 'allowed' ? 200 : response.statusCode),
  awsEndpointRequestId: invocationId,
  dataProcessed: ({ request, response }) => request.body.length + bytesOf(response),
  domainName: ({ request, api }) => domainName(request, api),
  domainPrefix: ({ request, api }) => domainName(request, api).split('.', 1)[0],
  'error.message': errorMessage,
  'error.messageString': errorMessage,
  'error.responseType': ({ response }) => response.error?.responseType,
  extendedRequestId: requestId,
  httpMethod: ({ request }) => request.method,
  'identity.accountId': identityOf('accountId'),
  'identity.caller': identityOf('callerId'),
  'identity.sourceIp': ({ request }) => request.sourceIp,
  'identity.user': identityOf('userId'),
  'identity.userAgent': ({ request }) => request.userAgent,
  'identity.userArn': identityOf('userArn'),
  'integration.error': integrationError,
  'integration.integrationStatus': integrationStatus,
  'integration.latency': integrationLatency,
  'integration.requestId': invocationId,
  'integration.status': ({ notes }) => notes.integration?.statusCode,
  integrationErrorMessage: integrationError,
  integrationLatency,
  integrationStatus,
  path: ({ request }) => request.path,
  protocol: ({ request }) => request.protocol,
  requestId,
  requestTime: ({ requestTimeMs }) => commonLogTime(requestTimeMs),
  // The value is in seconds, but in events it is in ms: public captures have `"requestTimeEpoch":
  // "1747602530"`.
  requestTimeEpoch: ({ requestTimeMs }) => Math.floor(requestTimeMs / 1000),
  responseLatency: ({ latencyMs }) => Math.round(latencyMs),
  responseLength: ({ response }) => bytesOf(response),
  routeKey: ({ notes }) => notes.routeKey,
  stage: ({ api }) => api.stage,
  status: ({ response }) => response.statusCode,
};

/** The variables that only REST APIs have, or that have other values there. */
const REST_VARIABLES: Readonly<Record<string, Read>> = {
  'identity.apiKey': ({ notes }) => notes.apiKey?.value,
  'identity.apiKeyId': ({ notes }) => notes.apiKey?.keyId,
  requestTimeEpoch: ({ requestTimeMs }) => requestTimeMs,
  resourcePath: ({ notes }) => notes.resourcePath,
};

/** Reads a claim of the token, or a member of the context that the Lambda authorizer returned. */
function authorizerProperty(name: string): Read {
  const claim = name.startsWith('claims.') ? name.slice('claims.'.length) : undefined;
  return ({ notes: { authorization } }) => {
    if (authorization?.type === 'jwt' && claim !== undefined) return authorization.claims[claim];
    if (authorization?.type !== 'lambda' || !Object.hasOwn(authorization.context, name)) {
      return undefined;
    }
    const value = authorization.context[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
}

/** Gives the `$context` variables for access logs of HTTP APIs or REST APIs. */
export function httpVariables(kind: 'http-api' | 'rest-api'): ContextVariables<LoggedRequest> {
  const own = kind === 'rest-api' ? { ...VARIABLES, ...REST_VARIABLES } : VARIABLES;
  return (name) => {
    if (Object.hasOwn(own, name)) return own[name];
    return name.startsWith('authorizer.')
      ? authorizerProperty(name.slice('authorizer.'.length))
      : undefined;
  };
}
