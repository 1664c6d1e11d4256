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

/** Routes one text message. Throttles count when it comes; its function runs when there is room. */
export function receiveMessage(
  gateway: Gateway,
  connection: Connection,
  messages: MessageLane,
  body: string,
): void {
  const { routes, selectRoute } = connection.api;
  connection.lastActiveAt = Date.now();
  const ids = newIds(connection.lastActiveAt);
  const key = selectRoute(body);
  const route =
    (key === undefined || isReserved(key) ? undefined : routes.get(key)) ?? routes.get('$default');
  if (route === undefined) {
    emitMessage(gateway, connection, ids, body, key, 'forbidden');
    messages.add(refuse('Forbidden'));
  } else if (isThrottled(gateway, route)) {
    emitMessage(gateway, connection, ids, body, route.model.routeKey, 'throttled');
    messages.add(refuse('Too Many Requests'));
  } else {
    emitMessage(gateway, connection, ids, body, route.model.routeKey);
    messages.add((onStart) => answer(gateway, connection, route, body, ids, onStart));
  }

  function refuse(message: string): MessageTask {
    return () =>
      Promise.resolve(() => {
        sendGatewayMessage(gateway, connection, message, ids);
      });
  }
}

/** The ids of a message, or of a `$disconnect`. A trace begins with it. */
function newIds(nowMs: number) {
  return { requestId: newGatewayId(), traceId: newTraceId(nowMs) };
}

/** Clients cannot reach the routes that API Gateway calls itself. */
function isReserved(key: string): boolean {
  return key === '$connect' || key === '$disconnect';
}

function isThrottled(gateway: Gateway, route: DeployedRoute): boolean {
  return gateway.requests?.take() === false || route.throttle?.take() === false;
}

/** Runs a route's function, and returns a function that delivers its response. */
async function answer(
  gateway: Gateway,
  connection: Connection,
  route: DeployedRoute,
  body: string,
  ids: ReturnType<typeof newIds>,
  onStart: () => void,
): Promise<() => void> {
  const { routeKey, hasRouteResponse } = route.model;
  const event = messageEvent(connection, routeKey, body, ids.requestId);
  let startedAt = performance.now();
  const result = await integrate(gateway, connection.api, route, event, {
    traceId: traceHeader({ traceId: ids.traceId }),
    onStart() {
      startedAt = performance.now();
      // What waited for us did not idle.
      connection.lastActiveAt = Date.now();
      onStart();
    },
  });
  emitIntegration(gateway, connection, route, ids, startedAt, result);
  return () => {
    if (result.outcome === 'timed-out') {
      sendGatewayMessage(gateway, connection, 'Endpoint request timed out', ids);
    } else if (result.outcome === 'failed') {
      sendGatewayMessage(gateway, connection, 'Internal server error', ids);
    } else if (hasRouteResponse && result.response.body !== undefined) {
      sendText(gateway, connection, result.response.body, 'route-response', ids);
    }
  };
}

function sendGatewayMessage(
  gateway: Gateway,
  connection: Connection,
  message: string,
  ids: RequestIds,
): void {
  const text = gatewayMessage(message, connection.connectionId, ids.requestId);
  sendText(gateway, connection, text, 'gateway-message', ids);
}

/** A client that sends but never reads its responses is cut off: a 429 would reach nobody here. */
function sendText(
  gateway: Gateway,
  connection: Connection,
  text: string,
  cause: 'route-response' | 'gateway-message',
  ids: RequestIds,
): void {
  const { registry } = gateway;
  if (registry.find(connection.connectionId) !== connection) return;
  const frame = encodeTextFrame(Buffer.from(text));
  if (registry.send(connection, frame)) emitFrame(gateway, connection, frame, cause, ids);
  else registry.close(connection, DISCONNECTS.vanished);
}

/**
 * Invokes `$disconnect`, if the API has such a route, after the client's messages that wait and those
 * that run, unless they take long. It is invoked however busy the machine is.
 */
export async function notifyDisconnect(
  gateway: Gateway,
  connection: Connection,
  disconnect: Disconnect,
): Promise<void> {
  const route = connection.api.routes.get('$disconnect');
  if (route === undefined) return;
  await new Promise<void>((resolve) => {
    if (connection.transport === undefined) resolve();
    else connection.transport.messages.end(resolve);
  });
  const ids = newIds(Date.now());
  const event = disconnectEvent(connection, disconnect, ids.requestId);
  const startedAt = performance.now();
  const result = await integrate(gateway, connection.api, route, event, {
    traceId: traceHeader({ traceId: ids.traceId }),
  });
  emitIntegration(gateway, connection, route, ids, startedAt, result);
}
