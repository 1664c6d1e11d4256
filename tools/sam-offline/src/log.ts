/** Where sam-offline's own lines and the functions' lines go. The command prints them. */
export interface LogSink {
  /** A line of sam-offline itself. */
  system(level: 'info' | 'warn' | 'error', message: string): void;
  /** A line that a function wrote, or a platform line (START, END, REPORT, INIT_START …) about it. */
  function(line: FunctionLogLine): void;
}

export interface FunctionLogLine {
  readonly functionLogicalId: string;
  /** The execution environment: AWS names a log stream for each, `2026/11/23/[$LATEST]<32 hex digits>`. */
  readonly logStream: string;
  readonly timestampMs: number;
  readonly source: 'stdout' | 'stderr' | 'platform';
  readonly text: string;
}
