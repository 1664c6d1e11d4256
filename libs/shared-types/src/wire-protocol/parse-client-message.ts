import { clientMessageSchema } from './client-messages.ts';
import type { ClientMessage } from './client-messages.ts';
import { validate } from './validate.ts';
import type { ValidationIssue } from './validate.ts';

/** What a text frame from a client is. */
export type ParsedClientMessage =
  | { readonly kind: 'message'; readonly message: ClientMessage }
  /** Not JSON, or an action that the protocol does not know: the response is an echo. */
  | { readonly kind: 'echo'; readonly data: string }
  /** A known action with wrong or missing fields. */
  | {
      readonly kind: 'invalid';
      readonly action: ClientMessage['action'];
      readonly issues: readonly ValidationIssue[];
    };

const KNOWN_ACTIONS: ReadonlySet<unknown> = new Set([
  'subscribe',
  'unsubscribe',
  'ping',
] satisfies ClientMessage['action'][]);

/**
 * Reads a text frame from a client; the README lists the messages. It never throws: a text that is
 * not a message of the protocol is an echo, and for a message with wrong fields every issue is
 * named.
 *
 * @example
 * parseClientMessage('{"action":"ping"}'); // { kind: 'message', message: { action: 'ping' } }
 * parseClientMessage('hello'); // { kind: 'echo', data: 'hello' }
 */
export function parseClientMessage(text: string): ParsedClientMessage {
  const value = parseJson(text);
  const action = actionOf(value);
  if (action === undefined) return { kind: 'echo', data: text };

  const result = validate(clientMessageSchema, value);
  return result.ok
    ? { kind: 'message', message: result.value }
    : { kind: 'invalid', action, issues: result.issues };
}

function actionOf(value: unknown): ClientMessage['action'] | undefined {
  if (typeof value !== 'object' || value === null || !('action' in value)) return undefined;
  return isKnownAction(value.action) ? value.action : undefined;
}

function isKnownAction(action: unknown): action is ClientMessage['action'] {
  return KNOWN_ACTIONS.has(action);
}

/** The value of a JSON text, or undefined when it is not JSON (JSON has no `undefined`). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
