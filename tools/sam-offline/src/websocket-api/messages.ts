import { DISCONNECTS } from './connection.ts';
import type { Connection, Disconnect } from './connection.ts';
import type { DeployedRoute } from './deployed-api.ts';
import { disconnectEvent, messageEvent } from './events.ts';
import { encodeTextFrame } from './frames.ts';
import { gatewayMessage } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { generateId } from './ids.ts';
import { integrate } from './integration.ts';

/**
 * Routes one text message. Its invocation starts before this returns, so invocations start in the
 * order of arrival; they run at the same time, as on AWS, and may finish in any order.
 */
export function receiveMessage(gateway: Gateway, connection: Connection, body: string): void {
  const { routes, selectRoute } = connection.api;
  gateway.counters.messagesIn++;
  connection.lastActiveAt = Date.now();
  const requestId = generateId();
  const key = selectRoute(body);
  const route =
    (key === undefined || isReserved(key) ? undefined : routes.get(key)) ?? routes.get('$default');
  if (route === undefined) {
    sendGatewayMessage(gateway, connection, 'Forbidden', requestId);
  } else if (isThrottled(gateway, route)) {
    sendGatewayMessage(gateway, connection, 'Too Many Requests', requestId);
  } else {
    void answer(gateway, connection, route, body, requestId);
  }
}

/** Clients cannot reach the routes that API Gateway calls itself. */
function isReserved(key: string): boolean {
  return key === '$connect' || key === '$disconnect';
}

function isThrottled(gateway: Gateway, route: DeployedRoute): boolean {
  return gateway.requests?.take() === false || route.throttle?.take() === false;
}

async function answer(
  gateway: Gateway,
  connection: Connection,
  route: DeployedRoute,
  body: string,
  requestId: string,
): Promise<void> {
  const { routeKey, integration, hasRouteResponse } = route.model;
  const event = messageEvent(connection, routeKey, body, requestId);
  const result = await integrate(integration, gateway.invoker, event);
  if (result.outcome === 'timedOut') {
    sendGatewayMessage(gateway, connection, 'Endpoint request timed out', requestId);
  } else if (result.outcome === 'failed') {
    gateway.log.system(
      'warn',
      `${connection.api.model.logicalId}: route ${routeKey} failed: ${result.message}`,
    );
    sendGatewayMessage(gateway, connection, 'Internal server error', requestId);
  } else if (hasRouteResponse && result.response.body !== undefined) {
    sendText(gateway, connection, result.response.body);
  }
}

function sendGatewayMessage(
  gateway: Gateway,
  connection: Connection,
  message: string,
  requestId: string,
): void {
  sendText(gateway, connection, gatewayMessage(message, connection.connectionId, requestId));
}

/** A client that sends but never reads its answers is cut off: nobody is told of a 429 here. */
function sendText(gateway: Gateway, connection: Connection, text: string): void {
  const { registry } = gateway;
  if (registry.find(connection.connectionId) !== connection) return;
  if (!registry.send(connection, encodeTextFrame(Buffer.from(text)))) {
    registry.close(connection, DISCONNECTS.vanished);
  }
}

/** Tells `$disconnect`, where there is such a route. Nobody waits for what it answers. */
export async function notifyDisconnect(
  gateway: Gateway,
  connection: Connection,
  disconnect: Disconnect,
): Promise<void> {
  const route = connection.api.routes.get('$disconnect');
  if (route === undefined) return;
  const event = disconnectEvent(connection, disconnect, generateId());
  const result = await integrate(route.model.integration, gateway.invoker, event);
  if (result.outcome === 'answered') return;
  const why = result.outcome === 'failed' ? result.message : 'timed out';
  gateway.log.system('warn', `${connection.api.model.logicalId}: route $disconnect failed: ${why}`);
}
