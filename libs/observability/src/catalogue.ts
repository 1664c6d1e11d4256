/**
 * Every metric that this stack publishes, as data. `metrics.ts` emits metrics with names from here
 * only. The table in the README, the dashboard's labels and texts, and the cost in
 * `docs/observability.md` are made from it. All metrics have the dimensions `service` and
 * `environment`. CloudWatch charges each value of a further dimension as a metric, so such a
 * dimension has few values.
 */

/** The functions that share a `service` do one job together: their metrics add up. */
export type Service = 'api' | 'ws-handlers';

export interface MetricDefinition {
  /** CloudWatch's name of the unit. */
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  readonly services: readonly Service[];
  /** The dimensions beside `service` and `environment`. */
  readonly dimensions?: readonly string[];
  /**
   * Whether it is recorded as values with counts, so that CloudWatch has percentiles of values that
   * occur thousands of times.
   */
  readonly distribution?: true;
  /** The text in a graph's legend. */
  readonly label: string;
  readonly meaning: string;
  readonly whenItMoves: string;
}

export const CATALOGUE = {
  ConnectionsOpened: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'opened',
    meaning: 'Clients that connected: their row is written and their handshake was accepted.',
    whenItMoves:
      'With `ConnectionsClosed` at the same rate, clients are cut off and come back: see the runbook of connection churn.',
  },
  ConnectionsRefused: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'refused',
    meaning:
      'Handshakes refused with 401 (a token that does not verify) or 503 (no keys to verify it with).',
    whenItMoves:
      "The reason is in the log line `refused`. `KeysUnavailableError`: Google's keys can not be loaded. `expired`: a client does not renew its tokens.",
  },
  ConnectionsClosed: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'ended',
    meaning: 'Connections of which `$disconnect` removed the rows, whoever ended them.',
    whenItMoves:
      '`disconnectStatusCode` in the log line `disconnected` says who closed: 1001 client or idle, 1006 network.',
  },
  ConnectionDuration: {
    unit: 'Seconds',
    services: ['ws-handlers'],
    label: 'duration of ended connections',
    meaning: 'How long a connection that ended was open. API Gateway ends each after two hours.',
    whenItMoves:
      'A median that falls is churn. Ten minutes sharp is the idle time-out: clients do not ping.',
  },
  Messages: {
    unit: 'Count',
    services: ['ws-handlers'],
    dimensions: ['action'],
    label: 'messages',
    meaning: 'Messages of clients: an action of the wire protocol, `echo`, or `invalid`.',
    whenItMoves:
      'Many `invalid`: a client speaks another version of the protocol. Many `subscribe`: clients reconnect.',
  },
  ReplayedEvents: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'replayed events',
    meaning: 'Events that clients had missed and were sent when they subscribed with `since`.',
    whenItMoves:
      'It rises after an outage or a deployment, and falls by itself. If it stays up, look at connection churn.',
  },
  BroadcastRecipients: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'recipients',
    meaning: 'Connections that a delivery tried to reach.',
    whenItMoves: 'It grows with comments times readers, and decides what the fan-out costs.',
  },
  BroadcastDelivered: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'delivered',
    meaning: 'Pushes that API Gateway accepted.',
    whenItMoves:
      'Delivered plus stale is less than recipients: the rest is queued again, or put in the dead-letter queue.',
  },
  BroadcastStale: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'stale (410)',
    meaning: 'Connections that were gone; their rows were removed.',
    whenItMoves:
      'More than a few per cent of the recipients: `$disconnect` fails or does not run. Look at its errors and throttles.',
  },
  BroadcastRetried: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'retried',
    meaning: 'Recipients whose push was tried more than once.',
    whenItMoves:
      "With `BroadcastThrottled`: the account's limit. Without: API Gateway or the network fails; the reason is in the log line `recipients still fail`.",
  },
  BroadcastThrottled: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'throttled (429)',
    meaning: 'Pushes with the response 429. The sender slows down by itself.',
    whenItMoves:
      "Broadcasts reach the account's limit of API Gateway: ask for a higher one, or lower the worker's `MaximumConcurrency`.",
  },
  BroadcastQueued: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'continuations',
    meaning:
      'Tasks put in the FanoutQueue: those that a run had no time for, and those that failed.',
    whenItMoves:
      'Large channels, or slow pushes. It is not a fault as long as the queue becomes empty.',
  },
  BroadcastDeadLettered: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'dead-lettered',
    meaning:
      'Recipients that could not be reached, and messages of the FanoutQueue that are not tasks: they were put in the dead-letter queue with the reason.',
    whenItMoves: 'See the runbook of fan-out failures.',
  },
  BroadcastDuration: {
    unit: 'Milliseconds',
    services: ['ws-handlers'],
    label: 'duration of a run',
    meaning:
      'The time that one run of a delivery takes: inside the publisher, or one task of a fan-out worker.',
    whenItMoves: "When it is close to the functions' time-outs, work moves to the queue.",
  },
  BroadcastSpread: {
    unit: 'Milliseconds',
    services: ['ws-handlers'],
    label: 'first to last recipient',
    meaning:
      'From the first accepted push of a broadcast to the last one of this run. A queued task carries the time of the first push, so the largest value is that of the whole broadcast.',
    whenItMoves:
      'It grows with the channel, with throttling, and with the time that tasks wait in the queue.',
  },
  DeliveryLatency: {
    unit: 'Milliseconds',
    services: ['ws-handlers'],
    distribution: true,
    label: 'stored until pushed',
    meaning:
      "The time from when a comment's change is written until its push is accepted, for each recipient.",
    whenItMoves:
      "See the runbook of delivery latency: the stream's lag, the queue's age and throttled pushes are its parts.",
  },
  StreamLag: {
    unit: 'Milliseconds',
    services: ['ws-handlers'],
    dimensions: ['stream'],
    label: 'stream lag',
    meaning:
      "Age of a batch's oldest record when its function began. DynamoDB rounds the record's time to seconds.",
    whenItMoves:
      'A batch is being repeated, or there is more to do than one invocation a shard can do. See the runbook of the iterator age.',
  },
  EventsDropped: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'events dropped',
    meaning:
      'Events of a stream that can never be sent, because they are too large or not valid. They are logged and left out.',
    whenItMoves:
      'A writer and the wire protocol disagree: the log line `an event can not be sent` says how.',
  },
  StreamBatchesFailed: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'batches failed',
    meaning: 'Batches of a stream that are delivered again from their first failed record.',
    whenItMoves:
      'Some are normal (a clean-up that needs another run). Many: see the runbook of the iterator age.',
  },
  DeliveriesFailed: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'tasks failed',
    meaning: 'Fan-out tasks that failed, so that the queue delivers them again.',
    whenItMoves: 'See the runbook of fan-out failures.',
  },
  ApiLatency: {
    unit: 'Milliseconds',
    services: ['api'],
    dimensions: ['route'],
    label: 'latency',
    meaning:
      "Time that the REST API's function took for a request, by route; its sample count is the number of requests.",
    whenItMoves:
      "Compare with the table's latency and with cold starts; the trace shows which call takes long.",
  },
  ApiClientErrors: {
    unit: 'Count',
    services: ['api'],
    dimensions: ['route'],
    label: '4xx',
    meaning: 'Requests with a 4xx response.',
    whenItMoves:
      '401: tokens; 409 and 412: clients that write the same thing; 429: a client over its rate limit.',
  },
  ApiServerErrors: {
    unit: 'Count',
    services: ['api'],
    dimensions: ['route'],
    label: '5xx',
    meaning: 'Requests with a 5xx response.',
    whenItMoves: 'See the runbook of server errors.',
  },
  Errors: {
    unit: 'Count',
    services: ['api', 'ws-handlers'],
    label: 'handler errors',
    meaning:
      'Invocations whose handler threw; logged once, with cause and stack, as `handler failed`.',
    whenItMoves:
      "Lambda's own `Errors` also counts those that died without an error of the handler (time-out, memory).",
  },
  ColdStart: {
    unit: 'Count',
    services: ['api', 'ws-handlers'],
    dimensions: ['function_name'],
    label: 'cold starts',
    meaning: 'Invocations that were the first of their execution environment.',
    whenItMoves:
      'After a deployment and with a rising load. When it is steady under a steady load, environments die: look at errors.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof CATALOGUE;

/** What CloudWatch computes from the metrics above (metric math); nobody emits it. */
export interface DerivedMetric {
  readonly from: readonly MetricName[];
  /** The metric math expression. Its ids are the names in `from` with a lower-case first letter. */
  readonly expression: string;
  readonly meaning: string;
  /** How exact it is. */
  readonly accuracy: string;
}

export const DERIVED = {
  OpenConnections: {
    from: ['ConnectionsOpened', 'ConnectionsClosed'],
    expression: 'RUNNING_SUM(FILL(connectionsOpened, 0) - FILL(connectionsClosed, 0))',
    meaning: 'Connections that are open, less those that were open at the start of the graph.',
    accuracy:
      'API Gateway has no such metric. Exact where the graph begins with no connection and every `$disconnect` runs; `$disconnect` is best effort, so each one that is lost adds one for ever. No connection lives longer than two hours.',
  },
  ApiRequests: {
    from: ['ApiLatency'],
    expression: 'apiLatency',
    meaning:
      'Requests by route: the sample count of `ApiLatency`. A metric of its own would cost the same again.',
    accuracy: 'Exact, but for requests whose function died before it could publish.',
  },
} as const satisfies Readonly<Record<string, DerivedMetric>>;

/** A metric's definition, without the narrow type of its entry. */
export function definitionOf(name: MetricName): MetricDefinition {
  return CATALOGUE[name];
}
