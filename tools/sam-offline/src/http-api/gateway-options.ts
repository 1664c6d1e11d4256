import type { CallService } from '../gateway/index.ts';
import type { Events } from '../events/index.ts';
import type { AccessControl } from '../request-authorization/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { HttpResponse } from './response.ts';
import type { GatewayRequest } from './request.ts';

/** Serves the requests of one API or one Function URL. */
export interface RequestHandler {
  handle(request: GatewayRequest): Promise<HttpResponse>;
  /** Writes the waiting lines of the access log, if there is one. */
  flush?(): void;
}

export interface GatewayOptions extends AccessControl {
  readonly region: string;
  readonly accountId: string;
  readonly invoker: LambdaInvoker;
  readonly events: Events;
  /** Calls AWS services with the permissions of a role. Absent if there is no AWS endpoint. */
  readonly callService?: CallService;
  /** Replaces the URL of one of the stack's own APIs on AWS with its URL on this machine. */
  readonly localize?: (url: string) => string;
  /**
   * The functions' deployed names by logical id, for facts. Without a name, the logical id is used.
   */
  readonly functionNames?: ReadonlyMap<string, string>;
}
