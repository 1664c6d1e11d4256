import type { TableLimits } from '../aws-endpoint/index.ts';
import type { EventBus } from '../events/index.ts';
import type { EnforcementMode } from '../iam/index.ts';
import type { Stack } from '../template/index.ts';
import type { WebSocketApiLimits } from '../websocket-api/index.ts';
import type { Ports } from './ports.ts';

/** The options of `startStack`. */
export interface StartStackOptions {
  readonly stack: Stack;
  readonly ports: Ports;
  /** The absolute path of the folder that holds tables, checkpoints and `outputs.json`. */
  readonly dataDirectory: string;
  /** Whether to start with empty tables. */
  readonly clean: boolean;
  /** Whether to serve changed bundles without a restart. */
  readonly watch: boolean;
  readonly limits: Partial<WebSocketApiLimits>;
  /** The account's concurrency. If absent, no invocation is throttled. */
  readonly concurrency?: number;
  /** The throughput limits of each table. If absent, tables are not throttled. */
  readonly tableLimits?: TableLimits;
  /** If absent: `enforce`, or `report` for a template that has no permissions at all. */
  readonly iam?: EnforcementMode;
  /** Gets the facts of the run, which are also stored in the data folder. */
  readonly events: EventBus;
}
