import type { CallService } from '../gateway/index.ts';
import type { Events } from '../events/index.ts';
import type { AccessControl } from '../request-authorization/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { HttpResponse } from './response.ts';
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
  /** Calls services of AWS with the permissions of a role. Absent where there is no AWS endpoint. */
  readonly callService?: CallService;
  /** What an address of the stack's own APIs is on this machine. */
  readonly localize?: (url: string) => string;
  /** Deployed names by logical id, for facts; the logical id where absent. */
  readonly functionNames?: ReadonlyMap<string, string>;
}
