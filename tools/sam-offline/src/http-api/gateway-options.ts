import type { Events } from '../events/index.ts';
import type { DoorKeys } from '../front-door/index.ts';
import type { LambdaInvoker } from '../lambda/index.ts';
import type { Answer } from './answer.ts';
import type { GatewayRequest } from './request.ts';

/** Answers the requests of one HTTP API or one Function URL. */
export interface RequestHandler {
  handle(request: GatewayRequest): Promise<Answer>;
  /** Writes the lines of the access log that wait, if there is one. */
  flush?(): void;
}

export interface GatewayOptions extends DoorKeys {
  readonly region: string;
  readonly accountId: string;
  readonly invoker: LambdaInvoker;
  readonly events: Events;
  /** Deployed names by logical id, for facts; the logical id where absent. */
  readonly functionNames?: ReadonlyMap<string, string>;
}
