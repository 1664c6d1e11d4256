import { DISCONNECTS } from './connection.ts';
import type { Connection, Disconnect } from './connection.ts';
import type { DeployedRoute } from './deployed-api.ts';
import { disconnectEvent, messageEvent } from './events.ts';
import { encodeTextFrame } from './frames.ts';
import { gatewayMessage } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { generateId } from './ids.ts';
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
  gateway.counters.messagesIn++;
  connection.lastActiveAt = Date.now();
  const requestId = generateId();
  const key = selectRoute(body);
  const route =
    (key === undefined || isReserved(key) ? undefined : routes.get(key)) ?? routes.get('$default');
  if (route === undefined) {
    messages.add(refuse('Forbidden'));
  } else if (isThrottled(gateway, route)) {
    messages.add(refuse('Too Many Requests'));
  } else {
    messages.add((onStart) => answer(gateway, connection, route, body, requestId, onStart));
  }

  function refuse(message: string): MessageTask {
    return () =>
      Promise.resolve(() => {
        sendGatewayMessage(gateway, connection, message, requestId);
      });
  }
}

/** Clients cannot reach the routes that API Gateway calls itself. */
function isReserved(key: string): boolean {
  return key === '$connect' || key === '$disconnect';
}

function isThrottled(gateway: Gateway, route: DeployedRoute): boolean {
  return gateway.requests?.take() === false || route.throttle?.take() === false;
}

/** Runs a route's function, and gives what delivers its answer. */
async function answer(
  gateway: Gateway,
  connection: Connection,
  route: DeployedRoute,
  body: string,
  requestId: string,
  onStart: () => void,
): Promise<() => void> {
  const { routeKey, integration, hasRouteResponse } = route.model;
  const event = messageEvent(connection, routeKey, body, requestId);
  const result = await integrate(integration, gateway.invoker, event, {
    onStart() {
      // What waited for us did not idle.
      connection.lastActiveAt = Date.now();
      onStart();
    },
  });
  if (result.outcome === 'failed') {
    gateway.events.warn(
      'warn',
      `${connection.api.model.logicalId}: route ${routeKey} failed: ${result.message}`,
    );
  }
  return () => {
    if (result.outcome === 'timedOut') {
      sendGatewayMessage(gateway, connection, 'Endpoint request timed out', requestId);
    } else if (result.outcome === 'failed') {
      sendGatewayMessage(gateway, connection, 'Internal server error', requestId);
    } else if (hasRouteResponse && result.response.body !== undefined) {
      sendText(gateway, connection, result.response.body);
    }
  };
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

/**
 * Tells `$disconnect`, where there is such a route: after the client's messages that wait, and those
 * that run, unless they take long. However busy the machine is, it is told.
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
  const event = disconnectEvent(connection, disconnect, generateId());
  const result = await integrate(route.model.integration, gateway.invoker, event);
  if (result.outcome === 'answered') return;
  const why = result.outcome === 'failed' ? result.message : 'timed out';
  gateway.events.warn(
    'warn',
    `${connection.api.model.logicalId}: route $disconnect failed: ${why}`,
  );
}
