import type { ContextValue } from '../request.ts';

/** The part of a call to an AWS service that decides which permissions the call needs. */
export interface ServiceCall {
  /** The service's name in the signature's scope: `dynamodb`, `sqs`, `lambda`, `execute-api`. */
  readonly service: string;
  /** The operation of the service's API: `TransactWriteItems`, `SendMessageBatch`, `Invoke`. */
  readonly operation: string;
  /** The members of the request, with the names that the service's API gives them. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly accountId: string;
}

/** One permission that a call needs. A call that has several of these needs all of them. */
export interface NeededPermission {
  /** `dynamodb:PutItem` */
  readonly action: string;
  readonly resource: string;
  /** Makes the service's own condition keys. It is called when a condition first asks for one. */
  readonly context?: (() => Readonly<Record<string, ContextValue>>) | undefined;
}

/**
 * Reads a member of a request, which may have any type. @returns undefined if the value is not a
 * string
 */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Reads a member of a request as a list. @returns an empty list if the value is not a list */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/**
 * Reads a member of a request as an object. @returns an empty object if the value is not an object
 */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
