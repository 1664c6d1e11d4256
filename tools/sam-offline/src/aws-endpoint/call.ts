import type { EventOf } from '../events/index.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Principal } from '../signature/index.ts';

/** A call to the AWS endpoint with its whole body. */
export interface AwsCall {
  readonly method: string;
  /** The percent-encoded path, without the query string. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The service of the signature's scope. Without a scope, it is derived from the request. */
  readonly service: string;
  /** The operation: `PutItem`, `SendMessage`, `Invoke` … */
  readonly operation: string;
  readonly protocol: Protocol;
  /** The signer; absent before the signature is verified. */
  readonly principal?: Principal;
}

/**
 * The protocol of a service's requests and errors: JSON 1.0/1.1, REST-JSON, Query with XML
 * responses, or Smithy RPC v2 CBOR.
 */
export type Protocol = 'json' | 'rest-json' | 'query' | 'cbor';

export interface AwsResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** The body as a stream, which replaces `body`. */
  readonly stream?: Readable;
}

/** The resources that a call used, as its request and response show. */
export type CallUse = Pick<
  EventOf<'aws.call'>,
  'resource' | 'resources' | 'wrote' | 'cancellations'
>;
