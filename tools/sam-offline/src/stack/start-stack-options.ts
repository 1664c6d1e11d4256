import type { TableLimits } from '../aws-endpoint/index.ts';
import type { EventBus } from '../events/index.ts';
import type { EnforcementMode } from '../iam/index.ts';
import type { Stack } from '../template/index.ts';
import type { WebSocketApiLimits } from '../websocket-api/index.ts';
import type { Ports } from './ports.ts';

/** What `startStack` needs. */
export interface StartStackOptions {
  readonly stack: Stack;
  readonly ports: Ports;
  /** Absolute. Tables, checkpoints and `outputs.json` are kept in it. */
  readonly dataDirectory: string;
  /** Start with empty tables. */
  readonly clean: boolean;
  /** Serve changed bundles without a restart. */
  readonly watch: boolean;
  readonly limits: Partial<WebSocketApiLimits>;
  /** The account's concurrency, with the throttling that it causes; absent: nothing is throttled. */
  readonly concurrency?: number;
  /** What each table takes; absent: what comes. */
  readonly tableLimits?: TableLimits;
  /** Absent: `enforce`, or `report` for a template that says nothing of permissions. */
  readonly iam?: EnforcementMode;
  /** Gets the facts of the run, which are also stored in the data folder. */
  readonly events: EventBus;
}
