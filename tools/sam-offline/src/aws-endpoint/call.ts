import type { EventOf } from '../events/index.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Principal } from '../signature/index.ts';

/** A call to the AWS endpoint, its body read. */
export interface AwsCall {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The service of the credential scope; without a scope, guessed from the request. */
  readonly service: string;
  /** `PutItem`, `SendMessage`, `Invoke` … */
  readonly operation: string;
  readonly protocol: Protocol;
  /** Absent while the signature is not verified. */
  readonly principal?: Principal;
}

/** How a service frames requests and errors: JSON 1.0/1.1, REST-JSON, Query with XML responses, or Smithy RPC v2 CBOR. */
export type Protocol = 'json' | 'rest-json' | 'query' | 'cbor';

export interface AwsResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** Instead of the body, where it is sent as it comes. */
  readonly stream?: Readable;
}

/** What a call used, as far as its request and response say. */
export type CallUse = Pick<
  EventOf<'aws.call'>,
  'resource' | 'resources' | 'wrote' | 'cancellations'
>;
