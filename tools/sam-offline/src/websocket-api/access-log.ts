import {
  AccessLog,
  type AccessLogEntry,
  type ContextValue,
  type ContextVariables,
  loggedIntegration,
} from '../gateway/index.ts';
import type { Events } from '../events/index.ts';
import type { Connection } from './connection.ts';
import type { DeployedApi } from './deployed-api.ts';
import { formatRequestTime } from './events.ts';
import type { IntegrationResult } from './integration.ts';

/** A connection event or a message, with what its line of the access log shows. */
export interface LoggedEvent extends AccessLogEntry {
  readonly connection: Connection;
  readonly connectionId: string;
  readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
  readonly messageId?: string | undefined;
  /** Absent if no route takes the message. */
  readonly routeKey?: string | undefined;
  /**
   * The status of the response to a refused handshake. For other events, the status follows from
   * the integration.
   */
  readonly statusCode?: number | undefined;
  /** The reason for which the authorizer refused. */
  readonly authorizerError?: string | undefined;
  /** The error that API Gateway itself sent to the client. */
  readonly error?: LoggedError | undefined;
  readonly integration?:
    { readonly result: IntegrationResult; readonly latencyMs: number } | undefined;
}

interface LoggedError {
  readonly statusCode: number;
  readonly message: string;
  /** The type of the gateway response, by AWS's names. */
  readonly responseType: string;
}

/** The errors of messages that API Gateway refuses before an integration runs. */
export const REFUSALS = {
  'Bad request body': {
    ...{ statusCode: 400, message: 'Bad request body', responseType: 'BAD_REQUEST_BODY' },
  },
  Forbidden: { statusCode: 403, message: 'Forbidden', responseType: 'ACCESS_DENIED' },
  'Too Many Requests': {
    ...{ statusCode: 429, message: 'Too Many Requests', responseType: 'THROTTLED' },
  },
} as const satisfies Record<string, LoggedError>;

const FAILED: LoggedError = {
  ...{ statusCode: 500, message: 'Internal server error', responseType: 'INTEGRATION_FAILURE' },
};
const TIMED_OUT: LoggedError = {
  ...{ statusCode: 504, message: 'Endpoint request timed out' },
  responseType: 'INTEGRATION_TIMEOUT',
};

type Read = (entry: LoggedEvent) => ContextValue;

function errorOf({ error, integration }: LoggedEvent): LoggedError | undefined {
  if (error !== undefined || integration === undefined) return error;
  const { outcome } = integration.result;
  if (outcome === 'responded') return undefined;
  return outcome === 'timed-out' ? TIMED_OUT : FAILED;
}

function statusOf(entry: LoggedEvent): number {
  const { statusCode, integration } = entry;
  if (statusCode !== undefined) return statusCode;
  if (integration?.result.outcome === 'responded') return integration.result.response.statusCode;
  return errorOf(entry)?.statusCode ?? 200;
}

const errorMessage: Read = (entry) => errorOf(entry)?.message;
const requestId: Read = (entry) => entry.requestId;
const invocationId: Read = ({ integration }) => integration?.result.invocationId;
const integrationError: Read = ({ integration }) =>
  integration && loggedIntegration(integration.result).integrationError;
const integrationLatency: Read = ({ integration }) =>
  integration && Math.round(integration.latencyMs);
const integrationStatus: Read = ({ integration }) =>
  integration && loggedIntegration(integration.result).integrationStatus;

/**
 * The variables of WebSocket APIs that can have a value here.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
const VARIABLES: Readonly<Record<string, Read>> = {
  apiId: ({ connection }) => connection.api.model.apiId,
  'authorizer.error': ({ authorizerError }) => authorizerError,
  'authorizer.integrationLatency': ({ connection }) => connection.authorizer?.integrationLatency,
  'authorizer.latency': ({ connection }) => connection.authorizer?.integrationLatency,
  awsEndpointRequestId: invocationId,
  connectedAt: ({ connection }) => connection.connectedAt,
  connectionId: ({ connection }) => connection.connectionId,
  domainName: ({ connection }) => connection.api.domainName,
  'error.message': errorMessage,
  'error.messageString': errorMessage,
  'error.responseType': (entry) => errorOf(entry)?.responseType,
  eventType: ({ eventType }) => eventType,
  extendedRequestId: requestId,
  'identity.accountId': ({ connection }) => connection.caller?.accountId,
  'identity.sourceIp': ({ connection }) => connection.sourceIp,
  'identity.userAgent': ({ connection }) => connection.userAgent,
  'identity.userArn': ({ connection }) => connection.caller?.userArn,
  'integration.error': integrationError,
  'integration.integrationStatus': integrationStatus,
  'integration.latency': integrationLatency,
  'integration.requestId': invocationId,
  'integration.status': ({ integration }) =>
    integration?.result.outcome === 'responded'
      ? integration.result.response.statusCode
      : undefined,
  integrationErrorMessage: integrationError,
  integrationLatency,
  integrationStatus,
  messageId: ({ messageId }) => messageId,
  requestId,
  requestTime: ({ requestTimeMs }) => formatRequestTime(requestTimeMs),
  requestTimeEpoch: ({ requestTimeMs }) => requestTimeMs,
  routeKey: ({ routeKey }) => routeKey,
  stage: ({ connection }) => connection.api.model.stageName,
  status: statusOf,
};

const variables: ContextVariables<LoggedEvent> = (name) => {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name];
  if (!name.startsWith('authorizer.')) return undefined;
  const property = name.slice('authorizer.'.length);
  return ({ connection: { authorizer } }) =>
    authorizer !== undefined && Object.hasOwn(authorizer, property)
      ? authorizer[property]
      : undefined;
};

/** The response to a refused handshake. */
interface RefusedHandshake {
  readonly statusCode: number;
  readonly body?: string;
  readonly by: 'gateway' | 'authorizer' | 'integration';
}

const TYPES_OF_REFUSALS: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'ACCESS_DENIED',
  429: 'THROTTLED',
  500: 'AUTHORIZER_CONFIGURATION_ERROR',
};

/**
 * Logs a handshake.
 *
 * @param refused the response to the refused handshake; undefined if the handshake was accepted
 */
export function logConnect(
  accessLogs: AccessLogs,
  connection: Connection,
  { requestId, integration }: Pick<LoggedEvent, 'requestId' | 'integration'>,
  refused?: RefusedHandshake,
): void {
  const accessLog = accessLogs.get(connection.api);
  if (accessLog === undefined) return;
  const { connectedAt, connectionId } = connection;
  // An integration that refuses is not an error of API Gateway.
  const error = refused?.by === 'integration' ? undefined : refused && refusalOf(refused);
  accessLog.add({
    ...{ requestTimeMs: connectedAt, requestId, connection, connectionId, integration, error },
    ...({ eventType: 'CONNECT', routeKey: '$connect' } as const),
    statusCode: refused?.statusCode,
    authorizerError: refused?.by === 'authorizer' ? error?.message : undefined,
  });
}

function refusalOf({ statusCode, body = '{}' }: RefusedHandshake): LoggedError {
  const { message } = JSON.parse(body) as { readonly message?: string };
  return {
    ...{ statusCode, message: message ?? '' },
    responseType: TYPES_OF_REFUSALS[statusCode] ?? 'DEFAULT_4XX',
  };
}

/** The access logs of the APIs whose template asks for one. */
export type AccessLogs = ReadonlyMap<DeployedApi, AccessLog<LoggedEvent>>;

/**
 * Makes the access logs of the APIs whose template asks for one. Each line is emitted as a fact.
 */
export function accessLogsOf(apis: readonly DeployedApi[], events: Events): AccessLogs {
  return new Map(
    apis.flatMap((api) => {
      const { accessLog } = api.model;
      if (accessLog === undefined) return [];
      return [[api, new AccessLog<LoggedEvent>(accessLog, api.model, variables, events)]];
    }),
  );
}
