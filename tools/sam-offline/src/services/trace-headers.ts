import type { IncomingHttpHeaders } from 'node:http';

/** Trace headers of so many messages are kept: those of the messages that were sent last. */
const MAXIMUM_MESSAGES = 10_000;
const NAME = 'AWSTraceHeader';

type Json = Readonly<Record<string, unknown>>;

/**
 * The message system attribute `AWSTraceHeader`, which fauxqs does not have: SQS keeps the trace that
 * a message was sent in, of `MessageSystemAttributes` or of the request's `X-Amzn-Trace-Id`, and gives
 * it to who receives the message
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
 */
export class TraceHeaders {
  /** By message id, oldest first. */
  readonly #headers = new Map<string, string>();

  /**
   * Keeps the headers of messages that were sent, and adds them to messages that were received.
   *
   * @param request of any operation, in SQS's JSON
   * @param response is changed where messages were received
   */
  onResponse(request: unknown, headers: IncomingHttpHeaders, response: unknown): void {
    if (!isJson(request) || !isJson(response)) return;
    const fromHeader = headers['x-amzn-trace-id'];
    const ofRequest = typeof fromHeader === 'string' ? fromHeader : undefined;
    if (Array.isArray(response.Messages)) {
      const asked = [request.AttributeNames, request.MessageSystemAttributeNames].flat();
      if (asked.includes('All') || asked.includes(NAME)) this.#add(response.Messages);
    } else if (Array.isArray(response.Successful) && Array.isArray(request.Entries)) {
      const entries = request.Entries.filter(isJson);
      for (const { Id: id, MessageId: messageId } of response.Successful.filter(isJson)) {
        const entry = entries.find((candidate) => candidate.Id === id);
        this.#keep(messageId, ofMessage(entry) ?? ofRequest);
      }
    } else if (request.MessageBody !== undefined) {
      this.#keep(response.MessageId, ofMessage(request) ?? ofRequest);
    }
  }

  #keep(messageId: unknown, header: string | undefined): void {
    if (typeof messageId !== 'string' || header === undefined) return;
    this.#headers.set(messageId, header);
    if (this.#headers.size <= MAXIMUM_MESSAGES) return;
    const [oldest = ''] = this.#headers.keys();
    this.#headers.delete(oldest);
  }

  #add(messages: unknown[]): void {
    for (const message of messages) {
      if (!isJson(message)) continue;
      const header = this.#headers.get(String(message.MessageId));
      if (header === undefined) continue;
      const attributes = isJson(message.Attributes) ? message.Attributes : {};
      Object.assign(message, { Attributes: { ...attributes, [NAME]: header } });
    }
  }
}

/** The header among the system attributes of a message that is sent. */
function ofMessage(message: Json | undefined): string | undefined {
  const attributes = message?.MessageSystemAttributes;
  const attribute = isJson(attributes) ? attributes[NAME] : undefined;
  const value = isJson(attribute) ? attribute.StringValue : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
