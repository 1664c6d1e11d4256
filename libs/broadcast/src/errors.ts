/** A message came from a connection that has no row: it disconnected meanwhile, or never connected. */
export class ConnectionGoneError extends Error {
  override readonly name = 'ConnectionGoneError';
  readonly connectionId: string;

  constructor(connectionId: string) {
    super(`connection ${connectionId} is gone`);
    this.connectionId = connectionId;
  }
}

/** A connection asked for more channels than one connection may be in. */
export class TooManyChannelsError extends Error {
  override readonly name = 'TooManyChannelsError';
  readonly connectionId: string;
  readonly limit: number;

  constructor(connectionId: string, limit: number) {
    super(`connection ${connectionId} would be in more than ${limit} channels`);
    this.connectionId = connectionId;
    this.limit = limit;
  }
}

/** An event does not fit its schema; nothing has been sent. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
  readonly issues: readonly { readonly path: string; readonly message: string }[];

  constructor(issues: InvalidEventError['issues']) {
    super(
      `the event does not fit its schema: ${issues.map(({ path, message }) => `${path || '(root)'}: ${message}`).join('; ')}`,
    );
    this.issues = issues;
  }
}

/** An event is larger than API Gateway delivers; nothing has been sent. */
export class EventTooLargeError extends Error {
  override readonly name = 'EventTooLargeError';
  readonly bytes: number;
  readonly limit: number;

  constructor(bytes: number, limit: number) {
    super(`the event is ${bytes} bytes as JSON, over the limit of ${limit}`);
    this.bytes = bytes;
    this.limit = limit;
  }
}

/** A message in the FanoutQueue is not a delivery task. */
export class InvalidTaskError extends Error {
  override readonly name = 'InvalidTaskError';
}
