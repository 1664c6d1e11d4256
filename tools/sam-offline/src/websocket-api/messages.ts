import { REFUSALS } from './access-log.ts';
import { DISCONNECTS } from './connection.ts';
import type { Connection, Disconnect } from './connection.ts';
import type { DeployedRoute } from './deployed-api.ts';
import { disconnectEvent, messageEvent } from './events.ts';
import { encodeTextFrame } from './frames.ts';
import { gatewayMessage } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { newGatewayId, newTraceId, traceHeader } from '../ids/index.ts';
import { emitFrame, emitIntegration, emitMessage, type RequestIds } from './facts.ts';
import { integrate } from './integration.ts';
import type { MessageLane, MessageTask } from './message-lane.ts';

/**
 * Routes one text message. It counts for throttles when it arrives. Its function runs when an
 * execution environment is free.
 */
export function receiveMessage(
  gateway: Gateway,
  connection: Connection,
  messages: MessageLane,
  body: string,
): void {
  const { routes, selectRoute } = connection.api;
  connection.lastActiveAt = Date.now();
  const receivedAtMs = connection.lastActiveAt;
  const ids = newIds(receivedAtMs);
  const key = selectRoute(body);
  const route =
    (key === undefined || isReserved(key) ? undefined : routes.get(key)) ?? routes.get('$default');
  if (route === undefined) {
    emitMessage(gateway, connection, ids, body, key, 'forbidden');
    messages.add(refuse('Forbidden', key));
  } else if (isThrottled(gateway, route)) {
    emitMessage(gateway, connection, ids, body, route.model.routeKey, 'throttled');
    messages.add(refuse('Too Many Requests', route.model.routeKey));
  } else if (route.isValid?.(body) === false) {
    emitMessage(gateway, connection, ids, body, route.model.routeKey, 'invalid');
    messages.add(refuse('Bad request body', route.model.routeKey));
  } else {
    emitMessage(gateway, connection, ids, body, route.model.routeKey);
    messages.add((onStart) =>
      serve(gateway, connection, route, body, { ...ids, receivedAtMs }, onStart),
    );
  }

  function refuse(message: keyof typeof REFUSALS, routeKey: string | undefined): MessageTask {
    gateway.accessLogs.get(connection.api)?.add({
      ...{ requestTimeMs: receivedAtMs, requestId: ids.requestId, eventType: 'MESSAGE', routeKey },
      ...{ connection, connectionId: connection.connectionId, messageId: newGatewayId() },
      error: REFUSALS[message],
    });
    return () =>
      Promise.resolve(() => {
        sendGatewayMessage(gateway, connection, message, ids);
      });
  }
}

/** Makes the ids of a message or of a `$disconnect`. A new trace begins with it. */
function newIds(nowMs: number) {
  return { requestId: newGatewayId(), traceId: newTraceId(nowMs) };
}

/** Clients cannot reach the routes that API Gateway invokes itself. */
function isReserved(key: string): boolean {
  return key === '$connect' || key === '$disconnect';
}

function isThrottled(gateway: Gateway, route: DeployedRoute): boolean {
  return gateway.requests?.take() === false || route.throttle?.take() === false;
}

/** Runs a route's function, and returns a function that delivers its response. */
async function serve(
  gateway: Gateway,
  connection: Connection,
  route: DeployedRoute,
  body: string,
  ids: ReturnType<typeof newIds> & { readonly receivedAtMs: number },
  onStart: () => void,
): Promise<() => void> {
  const { routeKey, hasRouteResponse } = route.model;
  const messageId = newGatewayId();
  const event = messageEvent(connection, routeKey, body, ids.requestId, messageId);
  let startedAt = performance.now();
  const result = await integrate(gateway, connection.api, route, event, {
    traceId: traceHeader({ traceId: ids.traceId }),
    onStart() {
      startedAt = performance.now();
      // A connection is not idle while its message waits for an execution environment.
      connection.lastActiveAt = Date.now();
      onStart();
    },
  });
  const endedAt = performance.now();
  gateway.accessLogs.get(connection.api)?.add({
    ...{ requestTimeMs: ids.receivedAtMs, requestId: ids.requestId, eventType: 'MESSAGE' },
    ...{ connection, connectionId: connection.connectionId, messageId, routeKey },
    integration: { result, latencyMs: endedAt - startedAt },
  });
  const tell = (frame?: Buffer): void => {
    emitIntegration(gateway, connection, route, ids, { startedAt, endedAt }, result, frame);
  };
  return () => {
    if (result.outcome === 'responded') {
      if (!hasRouteResponse || result.response.body === undefined) tell();
      else sendText(gateway, connection, result.response.body, tell);
      return;
    }
    tell();
    const isLate = result.outcome === 'timed-out';
    const message = isLate ? 'Endpoint request timed out' : 'Internal server error';
    sendGatewayMessage(gateway, connection, message, ids);
  };
}

function sendGatewayMessage(
  gateway: Gateway,
  connection: Connection,
  message: string,
  ids: RequestIds,
): void {
  const text = gatewayMessage(message, connection.connectionId, ids.requestId);
  sendText(gateway, connection, text, (frame) => {
    if (frame !== undefined) emitFrame(gateway, connection, frame, 'gateway-message', ids);
  });
}

/**
 * Sends a text to a client. It closes the connection of a client that sends but never reads its
 * responses: it would not read a 429 either.
 *
 * @param tell emits the fact, with the frame if it was written, before the connection is closed
 */
function sendText(
  gateway: Gateway,
  connection: Connection,
  text: string,
  tell: (frame?: Buffer) => void,
): void {
  const { registry } = gateway;
  if (registry.find(connection.connectionId) !== connection) {
    tell();
    return;
  }
  const frame = encodeTextFrame(Buffer.from(text));
  if (registry.send(connection, frame)) tell(frame);
  else {
    tell();
    registry.close(connection, DISCONNECTS.vanished);
  }
}

/**
 * Invokes `$disconnect` if the API has this route. It waits for the client's messages that wait or
 * run, unless they take long. It runs however busy the machine is.
 */
export async function notifyDisconnect(
  gateway: Gateway,
  connection: Connection,
  disconnect: Disconnect,
): Promise<void> {
  const nowMs = Date.now();
  const ids = newIds(nowMs);
  const logged = {
    ...({ eventType: 'DISCONNECT', routeKey: '$disconnect' } as const),
    ...{ requestTimeMs: nowMs, requestId: ids.requestId },
    ...{ connection, connectionId: connection.connectionId },
  };
  const route = connection.api.routes.get('$disconnect');
  if (route === undefined) {
    gateway.accessLogs.get(connection.api)?.add(logged);
    return;
  }
  await new Promise<void>((resolve) => {
    if (connection.transport === undefined) resolve();
    else connection.transport.messages.end(resolve);
  });
  const event = disconnectEvent(connection, disconnect, ids.requestId);
  const startedAt = performance.now();
  const result = await integrate(gateway, connection.api, route, event, {
    traceId: traceHeader({ traceId: ids.traceId }),
  });
  emitIntegration(gateway, connection, route, ids, { startedAt }, result);
  gateway.accessLogs.get(connection.api)?.add({
    ...logged,
    integration: { result, latencyMs: performance.now() - startedAt },
  });
}
