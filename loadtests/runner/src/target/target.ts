/** The stack that gets the load of a run. */
export interface Target {
  /** `local`, the name of the deployed stack, or the name of the outputs file. */
  readonly name: string;
  /** The stack's name, with which the names of its resources begin. Undefined if it is unknown. */
  readonly stackName?: string;
  /** The path of the outputs, a flat JSON object. */
  readonly outputsFile: string;
  readonly outputs: Outputs;
  /** The AWS credentials and the endpoint of the stack, for the engine and for reading metrics. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stack's process, if the run started it. */
  readonly pid?: number;
  /** Whether load on it costs money. */
  readonly isOnAws: boolean;
  /** Ends the processes that were started for the run. */
  stop(): Promise<void>;
}

/** The outputs of a stack that load tests need. */
export interface Outputs {
  readonly HttpApiUrl: string;
  readonly WebSocketUrl: string;
  readonly WebSocketConnectionsTableName?: string | undefined;
  /** Only a local stack has it. */
  readonly AwsEndpointUrl?: string | undefined;
}

/** The target is not available. The message has the reason, and says what to do. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}
