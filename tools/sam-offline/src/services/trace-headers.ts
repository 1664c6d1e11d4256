import type { IncomingHttpHeaders } from 'node:http';

/** The maximum number of trace headers that are kept. The oldest are removed first. */
const MAXIMUM_MESSAGES = 10_000;
const NAME = 'AWSTraceHeader';

type Json = Readonly<Record<string, unknown>>;

/**
 * Adds the message system attribute `AWSTraceHeader`, which fauxqs does not have. SQS stores the
 * trace header of a sent message, from `MessageSystemAttributes` or from the request's
 * `X-Amzn-Trace-Id`, and returns it to receivers
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html).
 */
export class TraceHeaders {
  /** The headers by message id, the oldest first. */
  readonly #headers = new Map<string, string>();

  /**
   * Stores the headers of sent messages, and adds them to received messages.
   *
   * @param request the request of any operation, in SQS's JSON
   * @param response the response, which is changed if it contains received messages
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

/** Gives the trace header in the system attributes of a sent message. */
function ofMessage(message: Json | undefined): string | undefined {
  const attributes = message?.MessageSystemAttributes;
  const attribute = isJson(attributes) ? attributes[NAME] : undefined;
  const value = isJson(attribute) ? attribute.StringValue : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
