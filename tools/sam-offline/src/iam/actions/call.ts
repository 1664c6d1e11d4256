import type { ContextValue } from '../request.ts';

/** A call to a service of AWS, as far as permission depends on it. */
export interface ServiceCall {
  /** As in the scope of the signature: `dynamodb`, `sqs`, `lambda`, `execute-api`. */
  readonly service: string;
  /** The API's operation: `TransactWriteItems`, `SendMessageBatch`, `Invoke`. */
  readonly operation: string;
  /** The members of the request, as the service's API has them. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly accountId: string;
}

/** One permission that a call needs. A call with several needs each of them. */
export interface NeededPermission {
  /** `dynamodb:PutItem` */
  readonly action: string;
  readonly resource: string;
  /** The service's own condition keys. They are made when a condition asks for one. */
  readonly context?: (() => Readonly<Record<string, ContextValue>>) | undefined;
}

/** Values of a request that may be anything: these give what is there in the form that is expected, or nothing. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
