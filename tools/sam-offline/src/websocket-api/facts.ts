import { type AuthorizerResult, elapsedMs, type EventOf } from '../events/index.ts';
import { authorizerFact, integrationFact } from '../gateway/index.ts';
import type { Integration } from '../template/index.ts';
import type { LoggedEvent } from './access-log.ts';
import type { Refusal } from './authorize-connect.ts';
import type { Connection, Disconnect } from './connection.ts';
import type { DeployedRoute } from './deployed-api.ts';
import { payloadOf } from './frames.ts';
import type { Gateway } from './gateway.ts';
import type { IntegrationResult } from './integration.ts';

/** The ids that all facts of one request or message have. */
export interface RequestIds {
  readonly requestId: string;
  readonly traceId?: string | undefined;
}

/** The facts about a handshake, which are filled in while it goes on. */
export interface HandshakeNotes extends RequestIds {
  readonly startedAt: number;
  traceId?: string | undefined;
  connection?: Connection | undefined;
  authorizer?: AuthorizerResult | undefined;
  /** The request id of the invocation that served `$connect`. */
  invocationId?: string | undefined;
  /** The result of the integration, for the access log. */
  integration?: LoggedEvent['integration'];
}

/** The fields that say which connection and API a fact belongs to. */
function of({ connectionId, api }: Connection) {
  return { connectionId, apiId: api.model.apiId, stage: api.model.stageName };
}

/** Emits the fact of a connection whose handshake is complete. */
export function emitOpened(
  { events, registry }: Gateway,
  connection: Connection,
  { requestId, startedAt, traceId, authorizer, invocationId }: HandshakeNotes,
): void {
  if (!events.hasListeners) return;
  events.emit({
    type: 'connection.opened',
    timeMs: events.now(),
    connectionId: connection.connectionId,
    apiId: connection.api.model.apiId,
    stage: connection.api.model.stageName,
    requestId,
    traceId,
    durationMs: elapsedMs(startedAt),
    invocationId,
    sourceIp: connection.sourceIp,
    authorizer,
    open: registry.size,
  });
}

/**
 * Emits the fact of a refused handshake.
 *
 * @param by which part refused it
 */
export function emitRefused(
  { events }: Gateway,
  { requestId, startedAt, traceId, connection, authorizer, invocationId }: HandshakeNotes,
  statusCode: number,
  by: EventOf<'connection.refused'>['by'],
): void {
  if (!events.hasListeners) return;
  events.emit({
    ...{ type: 'connection.refused', timeMs: events.now(), ...(connection && of(connection)) },
    ...{ requestId, traceId, statusCode, durationMs: elapsedMs(startedAt) },
    ...{ authorizer, by, invocationId },
  });
}

/** Emits the fact of a connection that ended. */
export function emitClosed(
  { events, registry }: Gateway,
  connection: Connection,
  { statusCode, reason }: Disconnect,
): void {
  if (!events.hasListeners) return;
  events.emit({
    ...{ type: 'connection.closed', timeMs: events.now(), ...of(connection) },
    ...{ closeCode: statusCode, reason, lifetimeMs: Date.now() - connection.connectedAt },
    open: registry.size,
  });
}

/** Emits the fact of a message from a client. */
export function emitMessage(
  { events }: Gateway,
  connection: Connection,
  { requestId, traceId }: RequestIds,
  body: string,
  routeKey: string | undefined,
  refused?: EventOf<'message.received'>['refused'],
): void {
  if (!events.hasListeners) return;
  events.emit(
    {
      type: 'message.received',
      timeMs: events.now(),
      connectionId: connection.connectionId,
      apiId: connection.api.model.apiId,
      stage: connection.api.model.stageName,
      requestId,
      traceId,
      bytes: Buffer.byteLength(body),
      routeKey,
      refused,
    },
    body,
  );
}

/**
 * @param frame as it was written to the client
 * @param the ids of the message that the frame responds to; absent if an operator sent the frame
 */
export function emitFrame(
  { events }: Pick<Gateway, 'events'>,
  connection: Connection,
  frame: Buffer,
  cause: EventOf<'frame.sent'>['cause'],
  { requestId, traceId }: Partial<RequestIds> = {},
): void {
  if (!events.hasListeners) return;
  events.emit(
    {
      type: 'frame.sent',
      timeMs: events.now(),
      connectionId: connection.connectionId,
      apiId: connection.api.model.apiId,
      stage: connection.api.model.stageName,
      requestId,
      traceId,
      bytes: frame.length,
      cause,
    },
    payloadOf(frame),
  );
}

/**
 * Emits the fact of an integration that ended, and of the frame that was written because of it.
 *
 * @param called when the integration was called and had ended, by `performance.now()`; it ended now
 * if there is no end
 * @param frame as it was written to the client; absent if the response made none
 */
export function emitIntegration(
  { events, functionNames }: Gateway,
  connection: Connection,
  { model: { routeKey, integration } }: DeployedRoute,
  { requestId, traceId }: RequestIds,
  { startedAt, endedAt }: { readonly startedAt: number; readonly endedAt?: number },
  result: IntegrationResult,
  frame?: Buffer,
): void {
  if (!events.hasListeners) return;
  const logicalId = functionOf(integration);
  events.emit(
    {
      type: 'route.integrated',
      timeMs: events.now(),
      connectionId: connection.connectionId,
      apiId: connection.api.model.apiId,
      stage: connection.api.model.stageName,
      requestId,
      traceId,
      routeKey,
      invocationId: result.invocationId,
      integration: integrationFact(
        logicalId && (functionNames.get(logicalId) ?? logicalId),
        startedAt,
        result,
        endedAt,
      ),
      frameBytes: frame?.length,
      heldMs: endedAt === undefined ? undefined : heldSince(endedAt),
    },
    frame && payloadOf(frame),
  );
}

/** Whole milliseconds since an integration ended. Undefined if it is none. */
function heldSince(endedAt: number): number | undefined {
  const ms = Math.round(performance.now() - endedAt);
  return ms === 0 ? undefined : ms;
}

function functionOf(integration: Integration): string | undefined {
  if (integration.type === 'lambda') return integration.functionLogicalId;
  const { target } = integration;
  return target.type === 'function' ? target.functionLogicalId : undefined;
}

/** The result of the authorizer of a handshake, as facts have it. */
export function authorizerResult(
  connection: Connection,
  refusal: Refusal | undefined,
  startedAt: number,
): AuthorizerResult | undefined {
  const type = connection.api.routes.get('$connect')?.model.authorization.type;
  const refused = refusal?.detail === undefined ? 'denied' : 'failed';
  return authorizerFact(type, refusal === undefined ? 'allowed' : refused, startedAt);
}
