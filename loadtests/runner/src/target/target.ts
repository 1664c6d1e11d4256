/** The stack that a run puts its load on. */
export interface Target {
  /** `local`, the deployed stack's name, or the outputs file's. */
  readonly name: string;
  /** The stack's name as its resources' names begin; undefined where it is unknown. */
  readonly stackName?: string;
  /** Outputs as a flat JSON object. */
  readonly outputsFile: string;
  readonly outputs: Outputs;
  /** AWS credentials and endpoint of the stack, for the engine and for what reads its metrics. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stack's process, where the run started it. */
  readonly pid?: number;
  /** Whether load on it costs money. */
  readonly isOnAws: boolean;
  /** Ends what was started for the run. */
  stop(): Promise<void>;
}

/** What load tests need of a stack's outputs. */
export interface Outputs {
  readonly HttpApiUrl: string;
  readonly WebSocketUrl: string;
  readonly WebSocketConnectionsTableName?: string | undefined;
  /** On a local stack only. */
  readonly AwsEndpointUrl?: string | undefined;
}

/** The target cannot be had; the message says why, and what to do. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}
