import type { Alarms } from '../../alarms/index.ts';
import type { Insights } from '../../insights/index.ts';
import type { Stack } from '../../template/index.ts';
import type { StreamTail } from '../../services/index.ts';
import type { SourcePositions } from '../../source-positions/index.ts';
import type { Payloads } from '../payloads.ts';
import type { ServiceAccess } from './service-access.ts';

/**
 * The sources of the console (the template and the facts), and its access to the parts of the stack
 * that it may change.
 */
export interface ConsoleContext {
  readonly stack: Stack;
  readonly insights: Pick<Insights, 'events' | 'metrics' | 'traces'>;
  readonly payloads: Payloads;
  /** Maps stack traces to TypeScript. */
  readonly positions: SourcePositions;
  readonly actions: ConsoleActions;
  /** The alarms. Undefined until they are evaluated. */
  readonly alarms: () => Pick<Alarms, 'statuses' | 'history'> | undefined;
  /** The stack's outputs. Empty until the stack is ready. */
  readonly outputs: () => Readonly<Record<string, string>>;
  /** The clock of facts, in ms since 1970. */
  readonly nowMs: () => number;
}

/** Actions on the running stack. */
export interface ConsoleActions {
  /** Invokes a function by its logical id, and waits for its result. */
  readonly invoke: (logicalId: string, event: string) => Promise<InvokeOutcome>;
  readonly connections: {
    /** The connections that are open now. */
    readonly list: () => Iterable<OpenConnection>;
    /**
     * Sends a text frame.
     *
     * @returns false if the connection is gone, or if its client does not read
     */
    readonly send: (connectionId: string, text: string) => boolean;
    /**
     * Closes a connection.
     *
     * @returns false if it is gone
     */
    readonly close: (connectionId: string, code: number, reason: string) => boolean;
  };
  /** The latest records of a table's stream. Undefined if the table has no stream. */
  readonly stream: (tableName: string) => Promise<StreamTail | undefined>;
  /** Calls DynamoDB or SQS by `X-Amz-Target`, as the stack's operator. */
  readonly call: (service: 'dynamodb' | 'sqs', target: string, input: object) => Promise<unknown>;
  readonly services: ServiceAccess;
}

export interface InvokeOutcome {
  readonly requestId: string;
  readonly ok: boolean;
  readonly result: string;
}

export interface OpenConnection {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stage: string;
  /** ms since 1970. */
  readonly connectedAt: number;
  readonly lastActiveAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
  /** The values that the authorizer returned. */
  readonly authorizer?: Readonly<Record<string, string | number>> | undefined;
}
