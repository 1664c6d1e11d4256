/** A message as SQS gives it, as far as it tells why it is a dead letter. */
export interface DeadLetter {
  readonly Body?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: unknown;
}

/** A queue whose messages go to the dead-letter queue. */
export interface DeadLetterSource {
  readonly queueName: string;
  /** `RedrivePolicy` as it is in the queue's attributes: JSON. */
  readonly redrivePolicy?: string | undefined;
}

/**
 * Why a message is a dead letter, as a sentence: what a failure destination's record says
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html), what Lambda wrote into the
 * attributes of an asynchronous event
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html), or how often a
 * queue's message was received.
 *
 * @returns undefined where nothing tells
 */
export function deadLetterReason(
  { Body: body, Attributes: attributes, MessageAttributes: given }: DeadLetter,
  sources: readonly DeadLetterSource[],
): string | undefined {
  const record = fieldOf(parsed(body), 'requestContext');
  const condition = textOf(fieldOf(record, 'condition'));
  if (condition !== undefined) {
    const name = textOf(fieldOf(record, 'functionArn'))?.split(':function:')[1] ?? 'the function';
    const attempts = Number(fieldOf(record, 'approximateInvokeCount') ?? 0);
    const requestId = textOf(fieldOf(record, 'requestId')) ?? '';
    return `${condition}: ${name} was invoked ${attempts} times; the last request id is ${requestId}.`;
  }
  const error = textOf(fieldOf(fieldOf(given, 'ErrorMessage'), 'StringValue'));
  if (error !== undefined) return `The function failed with: ${error}`;
  const [source] = sources;
  if (source === undefined) return undefined;
  const limit = fieldOf(parsed(source.redrivePolicy), 'maxReceiveCount');
  const count = attributes?.ApproximateReceiveCount ?? '?';
  return `${source.queueName} gives a message up after ${String(limit)} receives; this one has been received ${count} times, looks in the console included.`;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
