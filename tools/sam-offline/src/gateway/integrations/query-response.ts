import type { IncomingResponse } from './http-call.ts';

/** Members that are null in API Gateway's JSON and missing in the XML. */
const NULLS: Readonly<Record<string, readonly string[]>> = {
  PublishResult: ['SequenceNumber'],
  SendMessageResult: ['MD5OfMessageAttributes', 'MD5OfMessageSystemAttributes', 'SequenceNumber'],
  messages: ['Attributes', 'MD5OfMessageAttributes', 'MessageAttributes'],
};

/**
 * Converts a service's response in the Query protocol to what integrations of REST and WebSocket
 * APIs get. API Gateway asks for JSON, and SQS and SNS return it
 * (`{"SendMessageResponse":{"SendMessageResult":{…},"ResponseMetadata":{…}}}`), as public READMEs
 * show. Other responses are not changed.
 *
 * @see https://github.com/aws-samples/serverless-patterns/blob/main/apigw-websocket-api-sns/README.md
 * @see https://github.com/aws-samples/serverless-patterns/blob/main/APIGateway-SQS-ReceiveMessages/README.md
 */
export function queryResponseAsJson(response: IncomingResponse): IncomingResponse {
  const contentType = response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (contentType?.startsWith('text/xml') !== true) return response;
  const text = response.body.toString('utf8').replace(/^<\?xml[^>]*\?>\s*/, '');
  const parsed = elementsIn(text);
  if (parsed === undefined) return response;
  // In JSON, an error has no enclosing element.
  const value = 'ErrorResponse' in parsed ? parsed.ErrorResponse : withReceived(parsed);
  return {
    statusCode: response.statusCode,
    headers: [['Content-Type', 'application/json']],
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** Adds the result to a response without messages, in which our XML has none. */
function withReceived(parsed: Elements): Elements {
  const response = parsed.ReceiveMessageResponse;
  if (typeof response !== 'object' || response === null || 'ReceiveMessageResult' in response) {
    return parsed;
  }
  const none = { ReceiveMessageResult: { messages: null } };
  return { ReceiveMessageResponse: { ...none, ...(response as Elements) } };
}

type Element = string | Elements;
interface Elements {
  [name: string]: Element | Element[] | null;
}

/** Parses XML without mixed content; undefined if the text is not such XML. */
function elementsIn(xml: string): Elements | undefined {
  const elements = Object.create(null) as Elements;
  let rest = xml.trim();
  while (rest !== '') {
    const [opening = '', name = '', empty] = /^<([\w.]+)(?:\s[^>]*?)?(\/)?>/.exec(rest) ?? [];
    if (name === '') return undefined;
    const end = empty === undefined ? closingOf(rest, name) : opening.length;
    if (end === undefined) return undefined;
    const inner = empty === undefined ? rest.slice(opening.length, end) : '';
    rest = rest.slice(empty === undefined ? end + name.length + 3 : end).trim();
    add(elements, name, inner);
  }
  return elements;
}

/**
 * Finds the end of the element that the text begins with. Elements of the same name may be nested.
 */
function closingOf(xml: string, name: string): number | undefined {
  let depth = 0;
  for (const { 0: tag, index } of xml.matchAll(new RegExp(`<(/?)${name}(?=[\\s>/])[^>]*>`, 'g'))) {
    if (tag.endsWith('/>')) continue;
    depth += tag.startsWith('</') ? -1 : 1;
    if (depth === 0) return index;
  }
  return undefined;
}

function add(elements: Elements, name: string, inner: string): void {
  const nested = inner.includes('<') ? elementsIn(inner) : undefined;
  const element: Element = nested ?? unescaped(inner);
  // The JSON has a different name for the messages of SQS.
  const key = name === 'Message' && nested !== undefined ? 'messages' : name;
  const named = withNulls(key, element);
  const before = elements[key];
  if (key === 'messages') elements[key] = [...(Array.isArray(before) ? before : []), named];
  else if (before === undefined) elements[key] = named;
  else elements[key] = [...(Array.isArray(before) ? before : [before ?? '']), named];
}

function withNulls(name: string, element: Element): Element {
  if (name === 'ReceiveMessageResult') {
    return typeof element === 'string' ? { messages: null } : { messages: null, ...element };
  }
  if (typeof element === 'string') return element;
  const missing = (NULLS[name] ?? []).filter((one) => !(one in element));
  return { ...element, ...Object.fromEntries(missing.map((one) => [one, null])) };
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
