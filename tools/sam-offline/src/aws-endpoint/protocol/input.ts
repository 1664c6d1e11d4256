import { gunzipSync } from 'node:zlib';
import { cbor } from '@smithy/core/cbor';
import type { AwsCall } from '../call.ts';
import { queryInput } from './query-input.ts';
import { ServiceError } from '../../service-error.ts';

/** The maximum size of an uncompressed body, in bytes. It is larger than any call. */
const MAXIMUM_BYTES = 17 * 1024 * 1024;

/**
 * Reads the input of a call in any protocol. SDKs compress long inputs of `PutMetricData`.
 *
 * @throws ServiceError if the body does not match its headers
 */
export function readInput(call: AwsCall): unknown {
  try {
    const body =
      call.headers['content-encoding'] === 'gzip'
        ? gunzipSync(call.body, { maxOutputLength: MAXIMUM_BYTES })
        : call.body;
    switch (call.protocol) {
      case 'query':
        return queryInput(call.method === 'GET' ? call.query : body.toString('utf8'));
      case 'cbor':
        return body.length === 0 ? {} : withDates(cbor.deserialize(body));
      default:
        return body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError(
      'SerializationException',
      `The body of the request cannot be read: ${reason}`,
    );
  }
}

/** Converts times: CBOR's tag 1 is a time in seconds since 1970. */
function withDates(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withDates);
  const { tag, value: tagged } = value as { readonly tag?: unknown; readonly value?: unknown };
  if (tag === 1 && typeof tagged === 'number') return new Date(tagged * 1000);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withDates(member)]),
  );
}
