/**
 * Every metric that this stack publishes, as data. What emits metrics (`metrics.ts`) takes names from
 * here only; the table in the README, the dashboard's labels and texts, and the cost in
 * `docs/observability.md` are made from it.
 *
 * All have the dimensions `service` and `environment`. A further dimension is paid for once for each
 * of its values, so it has few.
 */

/** The functions that share a `service` do one job together: their metrics add up. */
export type Service = 'api' | 'ws-handlers';

export interface MetricDefinition {
  /** CloudWatch's name of the unit. */
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  readonly services: readonly Service[];
  /** Beside `service` and `environment`. */
  readonly dimensions?: readonly string[];
  /** Values with counts, so that CloudWatch has percentiles of what happened thousands of times. */
  readonly distribution?: true;
  /** As a graph's legend shows it. */
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
    meaning: 'Connections that a delivery took up.',
    whenItMoves: 'It follows comments times readers; it is what the fan-out costs.',
  },
  BroadcastDelivered: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'delivered',
    meaning: 'Pushes that API Gateway accepted.',
    whenItMoves:
      'Delivered plus stale is less than recipients: the rest is queued again, or dead-lettered.',
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
    meaning: 'Tasks handed to the FanoutQueue: what a run had no time for, and what failed.',
    whenItMoves: 'Large channels, or slow pushes. It is no fault while the queue drains.',
  },
  BroadcastDeadLettered: {
    unit: 'Count',
    services: ['ws-handlers'],
    label: 'dead-lettered',
    meaning:
      'What was given up and put in the dead-letter queue with the reason: recipients, and messages of the FanoutQueue that are no task.',
    whenItMoves: 'See the runbook of fan-out failures.',
  },
  BroadcastDuration: {
    unit: 'Milliseconds',
    services: ['ws-handlers'],
    label: 'duration of a run',
    meaning: 'One run of a delivery: inside of the publisher, or one task of a fan-out worker.',
    whenItMoves: "Close to the functions' time-outs, work moves to the queue.",
  },
  BroadcastSpread: {
    unit: 'Milliseconds',
    services: ['ws-handlers'],
    label: 'first to last recipient',
    meaning:
      "From the first accepted push of a broadcast to the last one of this run. A continuation carries the time of the first on, so the largest is the whole broadcast's.",
    whenItMoves:
      'It grows with the channel, with throttling, and with the time that tasks wait in the queue.',
  },
  DeliveryLatency: {
    unit: 'Milliseconds',
    services: ['ws-handlers'],
    distribution: true,
    label: 'stored until pushed',
    meaning:
      "From a comment's change being written to its push being accepted, for each recipient.",
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
      'Events of a stream that can never be sent: too large, or not valid. Logged, and left.',
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
    meaning: 'Fan-out tasks that the queue hands out again.',
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
      "Lambda's own `Errors` counts those too that died without a word (time-out, memory).",
  },
  ColdStart: {
    unit: 'Count',
    services: ['api', 'ws-handlers'],
    dimensions: ['function_name'],
    label: 'cold starts',
    meaning: 'Invocations that were the first of their execution environment.',
    whenItMoves:
      'After a deployment and with a rising load. If it is steady under a steady load, environments die: look at errors.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof CATALOGUE;

/** What CloudWatch computes from the metrics above (metric math); nobody emits it. */
export interface DerivedMetric {
  readonly from: readonly MetricName[];
  /** Metric math, with the names of `from` as ids, their first letter in lower case. */
  readonly expression: string;
  readonly meaning: string;
  /** How right it is. */
  readonly accuracy: string;
}

export const DERIVED = {
  OpenConnections: {
    from: ['ConnectionsOpened', 'ConnectionsClosed'],
    expression: 'RUNNING_SUM(FILL(connectionsOpened, 0) - FILL(connectionsClosed, 0))',
    meaning: 'Connections that are open, less those that were open at the start of the graph.',
    accuracy:
      'API Gateway has no such metric. Exact where the graph begins with no connection and every `$disconnect` runs; `$disconnect` is best effort, so each one that is lost adds one for good. No connection lives longer than two hours.',
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
