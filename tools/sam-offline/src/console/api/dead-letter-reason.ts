/** A message that SQS returned, with the fields that can say why it is a dead letter. */
export interface DeadLetter {
  readonly Body?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: unknown;
}

/** A queue whose messages go to the dead-letter queue. */
export interface DeadLetterSource {
  readonly queueName: string;
  /** The queue's attribute `RedrivePolicy`, which is JSON. */
  readonly redrivePolicy?: string | undefined;
}

/**
 * The reason why a message is a dead letter, as a sentence. It comes from a failure destination's
 * record (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html), from the
 * attributes that Lambda adds to an asynchronous event
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html), or from the
 * number of times that a queue's message was received.
 *
 * @returns undefined if none of them has the reason
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
  return `${source.queueName} moves a message to this queue after ${String(limit)} receives. This message has been received ${count} times, including those by the console.`;
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
