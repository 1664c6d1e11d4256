import { RawClient } from '@blogapp/realtime-client/raw';
import { signedFetch } from './support/signed-fetch.ts';
import { signIn, type SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, Watching, type LogLine } from './support/watching.ts';

const target = readTarget();
const watching = new Watching(target);
const isLocal = target.AwsEndpointUrl !== undefined;

let alice: SignedIn;
let postId: string;
let reader: RawClient;

beforeAll(async () => {
  alice = await signIn(target);
  ({ postId } = (await alice.api.posts.create({ title: 'Watched', body: 'x' })).post);
  reader = await RawClient.connect(target.WebSocketUrl);
  await reader.ask({ action: 'subscribe', channels: [`post:${postId}`] }, 'subscribed');
});

afterAll(async () => {
  watching.close();
  await reader.close();
});

/** Writes a comment under a correlation id; resolves with the response when the reader has it. */
async function comment(correlationId: string, body: string, headers = {}): Promise<Response> {
  const response = await fetch(`${target.HttpApiUrl}/posts/${postId}/comments`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${alice.token}`,
      'content-type': 'application/json',
      'x-correlation-id': correlationId,
      ...headers,
    },
    body: JSON.stringify({ body }),
  });
  if (!response.ok) return response;
  await reader.next(({ type, data }) => type === 'comment.created' && textOf(data) === body);
  return response;
}

/** The text of a comment's event. */
function textOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'body' in data ? data.body : undefined;
}

const functionsOf = (lines: readonly LogLine[]): string[] =>
  [...new Set(lines.map(({ logGroup }) => logGroup.slice(logGroup.lastIndexOf('/') + 1)))].sort();

test('one correlation id finds the lines of every function that a comment went through', async () => {
  const correlationId = `e2e-${crypto.randomUUID()}`;
  const response = await comment(correlationId, 'followed');
  expect(response.headers.get('x-correlation-id')).toBe(correlationId);
  expect(
    await reader.next(({ meta }) => JSON.stringify(meta ?? '').includes(correlationId)),
  ).toMatchObject({ type: 'comment.created', meta: { correlationId } });

  const expected = [`${watching.stackName}-api`, `${watching.stackName}-comment-stream`];
  const lines = await eventually(
    () => watching.lines(`{ $.correlation_id = "${correlationId}" }`),
    (found) => expected.every((name) => functionsOf(found).includes(name)),
  );
  expect(functionsOf(lines)).toEqual(expected);
  const messages = lines.map(({ message }) => JSON.parse(message).message as unknown);
  expect(messages).toEqual(expect.arrayContaining(['responded', 'broadcast']));
});

test('the access logs have the request of a comment, and the connection that got it', async () => {
  const response = await comment(`e2e-${crypto.randomUUID()}`, 'in the access log');
  const requestId = response.headers.get('apigw-requestid') ?? '';
  const [request] = await eventually(
    () => accessLines('http', `{ $.requestId = "${requestId}" }`),
    (lines) => lines.length > 0,
  );
  expect(request).toMatchObject({
    ...{ requestId, routeKey: '$default', path: `/posts/${postId}/comments`, method: 'POST' },
    ...{ status: '201', integrationStatus: '201', integrationError: '-', error: '-' },
  });

  const [subscribed] = await eventually(
    () => accessLines('websocket', '{ $.routeKey = "subscribe" }'),
    (lines) => lines.length > 0,
  );
  expect(subscribed).toMatchObject({ eventType: 'MESSAGE', status: '200', integrationError: '-' });
  const connectionId = subscribed?.connectionId ?? '';
  const connected = await accessLines(
    'websocket',
    `{ $.connectionId = "${connectionId}" && $.eventType = "CONNECT" }`,
  );
  expect(connected).toMatchObject([{ routeKey: '$connect', status: '200', connectionId }]);
});

/** Reads the lines of a gateway's access log. */
async function accessLines(
  gateway: 'http' | 'websocket',
  filterPattern: string,
): Promise<Readonly<Record<string, string>>[]> {
  const lines = await watching.lines(filterPattern);
  return lines
    .filter(({ logGroup }) => logGroup === `/aws/apigateway/${watching.stackName}-${gateway}`)
    .map(({ message }) => JSON.parse(message) as Readonly<Record<string, string>>);
}

test('a correlation id that could forge or fill a log line is not used', async () => {
  for (const [index, forged] of ['x'.repeat(10_240), 'a b', 'user@example.org'].entries()) {
    const response = await comment(forged, `forged ${index}`);
    // The gateway itself may refuse so many bytes of headers.
    expect([201, 400, 413, 431]).toContain(response.status);
    expect(response.headers.get('x-correlation-id') ?? '').not.toContain(forged);
  }
});

test('no log line has a token, a body or an e-mail address', async () => {
  const secret = crypto.randomUUID();
  const email = `planted-${secret}@example.org`;
  const badToken = `${alice.token.split('.').slice(0, 2).join('.')}.planted${secret.replaceAll('-', '')}`;
  const headers = { authorization: `Bearer ${badToken}` };
  const correlationId = `e2e-${crypto.randomUUID()}`;

  await comment(correlationId, `body ${secret} of ${email}`);
  // These requests are refused or malformed, so errors are most likely to quote them.
  await fetch(`${target.HttpApiUrl}/me/favorites`, { headers });
  for (const body of [`{"body":"${secret}`, `{"body":{"email":"${email}"}}`, secret]) {
    await fetch(`${target.HttpApiUrl}/posts/${postId}/comments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' },
      body,
    });
  }
  await expect(RawClient.connect(target.WebSocketUrl, { idToken: badToken })).rejects.toThrow();
  reader.send(`{"action":"subscribe","channels":["${email}"],"since":"${badToken}"}`);
  await reader.ask({ action: 'ping' }, 'pong');
  await reader.ask(`echo ${secret} ${email} Bearer ${badToken}`, 'echo');

  const found = await eventually(
    () => watching.lines(`{ $.correlation_id = "${correlationId}" }`),
    (lines) => functionsOf(lines).length === 2,
  );
  expect(functionsOf(found)).toHaveLength(2);
  const all = await eventually(
    () => watching.lines(),
    (lines) => lines.some(({ message }) => message.includes('"refused"')),
  );
  expect(all.some(({ message }) => message.includes('"refused"'))).toBe(true);
  const signature = alice.token.split('.').slice(0, 2).join('.');
  for (const planted of [secret, secret.replaceAll('-', ''), email, signature, '@example.org']) {
    expect(all.filter(({ message }) => message.includes(planted))).toEqual([]);
  }
});

// X-Ray samples about one request in twenty on AWS, and all of them in sam-offline.
(isLocal ? test : test.skip)(
  'a correlation id finds the traces of the whole path, each with the id of the previous one',
  async () => {
    const correlationId = `e2e-${crypto.randomUUID()}`;
    await comment(correlationId, 'traced');
    const traces = await eventually(
      () => watching.traces(`annotation.correlationId = "${correlationId}"`),
      // A function's own subsegment is sent last, when the function is done.
      (found) =>
        found.length === 2 && found.some(({ Annotations: of = {} }) => 'previousTraces' in of),
    );
    expect(traces).toHaveLength(2);
    const annotated = traces.map(({ Id: id = '', Annotations: annotations = {} }) => ({
      id,
      previous: annotations.previousTraces?.[0]?.AnnotationValue?.StringValue,
      channels: annotations.channel?.map(({ AnnotationValue: value }) => value?.StringValue),
    }));
    const [request] = annotated.filter(({ previous }) => previous === undefined);
    const [stream] = annotated.filter(({ previous }) => previous !== undefined);
    expect(stream?.previous).toContain(request?.id);
    expect(stream?.channels).toContain(`post:${postId}`);
  },
);

(isLocal ? test : test.skip)(
  "a correlation id finds the trace of a post's edit, and that of the stream's function, which names it",
  async () => {
    const correlationId = `e2e-${crypto.randomUUID()}`;
    const response = await fetch(`${target.HttpApiUrl}/posts/${postId}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${alice.token}`,
        'content-type': 'application/json',
        'x-correlation-id': correlationId,
        'if-match': '*',
      },
      body: JSON.stringify({ title: 'Edited once' }),
    });
    expect(response.status).toBe(200);
    const event = await reader.next(
      ({ type, meta }) =>
        type === 'post.updated' && JSON.stringify(meta ?? '').includes(correlationId),
    );
    expect(event).toMatchObject({ meta: { correlationId } });

    const tracesOf = async () => {
      const found = await watching.traces(`annotation.correlationId = "${correlationId}"`);
      return found.map(({ Id: id = '', Annotations: of = {}, ServiceIds: services = [] }) => ({
        id,
        functions: services.map(({ Name: name = '' }) => name.slice(watching.stackName.length)),
        previous: of.previousTraces?.[0]?.AnnotationValue?.StringValue ?? '',
      }));
    };
    const by = (traces: Awaited<ReturnType<typeof tracesOf>>, name: string) =>
      traces.find(({ functions }) => functions.includes(name));
    const traces = await eventually(
      tracesOf,
      (found) =>
        by(found, '-api') !== undefined && (by(found, '-post-stream')?.previous ?? '') !== '',
    );
    const edit = by(traces, '-api');
    expect(edit).toMatchObject({ previous: '' });
    expect(by(traces, '-post-stream')).toMatchObject({ previous: edit?.id });
  },
);

/**
 * Metrics that exist only after a fault, or for features that this stack does not use: a run
 * without faults has none of them. These are AWS's, spelled as in its documentation; types check
 * the names of ours.
 */
const ONLY_WITH_FAULTS = [
  ...['ClientError', 'ReadThrottleEvents', 'WriteThrottleEvents', 'TransactionConflict'],
  ...['AsyncEventAge', 'AsyncEventsDropped', 'DestinationDeliveryFailures'],
];

// The dashboard requests metrics by name; a misspelt name would be an empty graph that nobody
// notices.
(isLocal ? test : test.skip)('every metric of the dashboard was published', async () => {
  await traffic();
  const asked = askedFor();
  const missing = async (): Promise<string[]> => {
    const seen = new Set(
      (await watching.metrics()).map(({ Namespace, MetricName, Dimensions = [] }) =>
        nameOf(
          Namespace,
          MetricName,
          Dimensions.map(({ Name = '' }) => Name),
        ),
      ),
    );
    return asked.filter((name) => !seen.has(name));
  };
  const left = await eventually(missing, (names) => names.every(isOfFaults), 20_000);
  expect(left.filter((name) => !isOfFaults(name))).toEqual([]);
});

/**
 * Makes the traffic that no other test here makes: every kind of message, a replay, edits, and a
 * message in the queue.
 */
async function traffic(): Promise<void> {
  await fetch(`${target.HttpApiUrl}/nothing`);
  const client = await RawClient.connect(target.WebSocketUrl);
  const channels = [`post:${postId}`];
  const since = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  await client.ask({ action: 'subscribe', channels, since }, 'subscribed');
  await client.ask({ action: 'unsubscribe', channels }, 'unsubscribed');
  await client.ask({ action: 'ping' }, 'pong');
  await client.ask('hello', 'echo');
  await client.ask({ action: 'subscribe' }, 'error');
  await client.close();
  await alice.api.favorites.put(postId);
  await signedFetch(`${target.HttpApiUrl}/broadcast/comments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channel: channels[0], type: 'announcement', data: { text: 'seen' } }),
  });
  const sqs = new SQSClient({
    region: process.env.AWS_REGION ?? 'ap-northeast-1',
    ...(target.AwsEndpointUrl !== undefined && { endpoint: target.AwsEndpointUrl }),
  });
  // This is not a task, so the worker puts it in the dead-letter queue.
  const message = { QueueUrl: target.FanoutQueueUrl, MessageBody: 'no task' };
  await sqs.send(new SendMessageCommand(message));
  sqs.destroy();
}

const isOfFaults = (name: string): boolean =>
  ONLY_WITH_FAULTS.includes(name.split(' ')[1] ?? '') || FAULTS_OF_OURS.test(name);
/** The metrics of the catalogue for faults; the compiler checks their names. */
const FAULTS_OF_OURS =
  /^BlogApp (DeliveriesFailed|StreamBatchesFailed|EventsDropped|Errors|ApiServerErrors) /;

/** The name of a metric with the names of its dimensions, without their values. */
function nameOf(namespace = '', name = '', dimensions: readonly string[]): string {
  return `${namespace} ${name} ${[...dimensions].sort().join(',')}`;
}

/** `SEARCH('{BlogApp,route} MetricName="ApiLatency"', 'p99', 60)`: the dashboard searches by route. */
const SEARCH = /SEARCH\('\{(\w+),([\w,]+)\} MetricName="(\w+)"/;

/**
 * The metrics of the dashboard in the template. Each row has a namespace, a name, and pairs, or an
 * expression, which uses other rows or searches.
 */
function askedFor(): string[] {
  const template = readFileSync(join(import.meta.dirname, '../../infra/sam/template.yaml'), 'utf8');
  const [, text = ''] = /DashboardBody: !Sub \|\n([^]*?\n {8}\]\})\n/.exec(template) ?? [];
  const body = JSON.parse(text) as {
    readonly widgets: {
      readonly type: string;
      readonly properties: { readonly metrics?: readonly unknown[][] };
    }[];
  };
  const searched: string[] = [];
  const names = body.widgets.flatMap(({ type, properties: { metrics = [] } }) => {
    // A graph without a row would show nothing.
    expect(metrics.length > 0).toBe(type === 'metric');
    return metrics.flatMap((row) => {
      const [first] = row;
      if (typeof first === 'object' && first !== null && 'expression' in first) {
        const [, namespace, dimensions = '', name] = SEARCH.exec(String(first.expression)) ?? [];
        if (name !== undefined) searched.push(nameOf(namespace, name, dimensions.split(',')));
        return [];
      }
      const [namespace, name, ...pairs] = row.filter((part) => typeof part === 'string');
      return nameOf(
        namespace,
        name,
        pairs.filter((_, index) => index % 2 === 0),
      );
    });
  });
  expect(names.length).toBeGreaterThan(100);
  expect(searched).toHaveLength(4);
  // There is no CloudFront distribution here: the tests themselves serve the web app's export.
  return [...new Set([...names, ...searched])].filter(
    (name) => !name.startsWith('AWS/CloudFront '),
  );
}
