import type { Events } from '../events/index.ts';
import type { AccessControl } from '../request-authorization/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { HttpResponse } from './response.ts';
import type { SendMessage } from './service-integration.ts';
import type { GatewayRequest } from './request.ts';

/** Responds to the requests of one HTTP API or one Function URL. */
export interface RequestHandler {
  handle(request: GatewayRequest): Promise<HttpResponse>;
  /** Writes the lines of the access log that wait, if there is one. */
  flush?(): void;
}

export interface GatewayOptions extends AccessControl {
  readonly region: string;
  readonly accountId: string;
  readonly invoker: LambdaInvoker;
  readonly events: Events;
  /** Absent where the stack has no queues. */
  readonly sendMessage?: SendMessage;
  /** Deployed names by logical id, for facts; the logical id where absent. */
  readonly functionNames?: ReadonlyMap<string, string>;
}
