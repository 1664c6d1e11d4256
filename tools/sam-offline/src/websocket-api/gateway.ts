import type { LambdaInvoker } from '../lambda/index.ts';
import type { Events } from '../events/index.ts';
import type { AccessControl } from '../request-authorization/index.ts';
import type { AccessLogs } from './access-log.ts';
import type { Admission } from './admission.ts';
import type { ApiResolver } from './deployed-api.ts';
import type { MessageLoad } from './message-lane.ts';
import type { WebSocketApiLimits } from './limits.ts';
import type { ConnectionRegistry } from './registry.ts';
import type { TokenBucket } from '../gateway/index.ts';

/** The values that the parts of the gateway share. */
export interface Gateway extends Required<AccessControl> {
  readonly invoker: LambdaInvoker;
  readonly events: Events;
  readonly limits: WebSocketApiLimits;
  /**
   * Deployed names by logical id, for facts. A resource without an entry is named by its logical
   * id.
   */
  readonly functionNames: ReadonlyMap<string, string>;
  readonly registry: ConnectionRegistry;
  readonly resolveApi: ApiResolver;
  readonly accessLogs: AccessLogs;
  readonly handshakes: Admission;
  readonly messageLoad: MessageLoad;
  readonly newConnections: TokenBucket | undefined;
  readonly requests: TokenBucket | undefined;
}

/** The body of API Gateway's own responses, both in frames and to refused handshakes. */
export function gatewayMessage(message: string, connectionId: string, requestId: string): string {
  return JSON.stringify({ message, connectionId, requestId });
}
