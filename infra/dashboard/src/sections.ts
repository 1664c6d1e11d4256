import { usdPer } from '@blogapp/aws-prices';
import { CATALOGUE, DERIVED, type MetricName } from '@blogapp/observability';
import type { StackResources } from './template.ts';
import {
  alarmStates,
  blogMetric,
  expression,
  graph,
  metric,
  text,
  type Box,
  type MetricRow,
} from './widgets.ts';

/** API Gateway's metrics have other names and dimensions for each kind of API. */
const HTTP = { ApiId: '${HttpApi}' };
const WEB_SOCKET = { ApiId: '${WebSocketApi}', Stage: '${Environment}' };

/** A logical id without the kind of resource: `CommentStreamFunction` becomes `CommentStream`. */
function short(id: string): string {
  return id.replace(/(?<!^)(Function|Table|Queue)$/, '');
}

const hidden = (id: string): { readonly id: string; readonly visible: false } => ({
  id,
  visible: false,
});
const http = (name: string, options: object = {}): MetricRow =>
  metric('AWS/ApiGateway', name, HTTP, { label: name, ...options });
const webSocket = (name: string, options: object = {}): MetricRow =>
  metric('AWS/ApiGateway', name, WEB_SOCKET, { label: name, ...options });
const lambda = (name: string, id: string, options: object = {}): MetricRow =>
  metric('AWS/Lambda', name, { FunctionName: `\${${id}}` }, { label: short(id), ...options });
const table = (name: string, id: string, options: object = {}): MetricRow =>
  metric('AWS/DynamoDB', name, { TableName: `\${${id}}` }, { label: short(id), ...options });
const queue = (name: string, id: string, options: object = {}): MetricRow =>
  metric('AWS/SQS', name, { QueueName: `\${${id}.QueueName}` }, { label: short(id), ...options });

/** A text about metrics, with their explanations from the catalogue. */
function explained(heading: string, note: string, ...names: readonly MetricName[]): Box {
  const lines = names.map((name) => {
    const { label, whenItMoves } = CATALOGUE[name];
    return `- **${label}**: ${whenItMoves}`;
  });
  return text([`## ${heading}`, note, ...lines].join('\n'));
}

/** The section with the states of all alarms. */
export function alarms({ alarms: ids }: StackResources): Box[] {
  return [
    text(
      "# ${AWS::StackName}\nLook from top to bottom: the alarms, what clients see, what delivery does, and what is behind it. Each alarm's description links its runbook; *Logs Insights, saved queries* follows one correlation id.",
    ),
    alarmStates('Alarms', ids),
  ];
}

/** The section about requests and messages of clients. */
export function traffic(): Box[] {
  return [
    explained(
      'Traffic',
      "What clients request, and the responses. A 5xx share over 5 % sets an alarm off; 4xx are the clients' own errors.",
      'ApiServerErrors',
      'Messages',
    ),
    graph('HTTP requests', [http('Count', { stat: 'SampleCount' })]),
    graph(
      'HTTP errors, share',
      [
        http('5xx', hidden('server')),
        http('4xx', hidden('client')),
        http('Count', { stat: 'SampleCount', ...hidden('requests') }),
        expression('100 * FILL(server, 0) / requests', '5xx %', { color: '#d62728' }),
        expression('100 * FILL(client, 0) / requests', '4xx %'),
      ],
      { unit: '%', limit: { value: 5, label: 'alarm' } },
    ),
    graph(
      'HTTP latency',
      [
        http('Latency', { label: 'p50', stat: 'p50' }),
        http('Latency', { label: 'p99', stat: 'p99' }),
        http('IntegrationLatency', { label: 'function p99', stat: 'p99' }),
      ],
      { unit: 'ms' },
    ),
    graph('REST API by route: requests', [
      [
        {
          expression: search('ApiLatency', 'SampleCount'),
          label: "${!PROP('Dim.route')}",
          id: 'routes',
        },
      ],
    ]),
    graph(
      'REST API by route: p99',
      [[{ expression: search('ApiLatency', 'p99'), label: "${!PROP('Dim.route')}", id: 'routes' }]],
      { unit: 'ms' },
    ),
    graph('REST API by route: errors', [
      [
        {
          expression: search('ApiServerErrors', 'Sum'),
          label: "5xx ${!PROP('Dim.route')}",
          id: 'server',
        },
      ],
      [
        {
          expression: search('ApiClientErrors', 'Sum'),
          label: "4xx ${!PROP('Dim.route')}",
          id: 'client',
        },
      ],
    ]),
    graph('WebSocket messages', [
      webSocket('MessageCount'),
      ...['subscribe', 'unsubscribe', 'ping', 'echo', 'invalid'].map((action) =>
        blogMetric('Messages', { label: action }, { action }),
      ),
    ]),
    graph('WebSocket errors', [
      webSocket('ClientError'),
      webSocket('IntegrationError'),
      webSocket('ExecutionError'),
    ]),
    graph(
      'WebSocket latency of integrations',
      [
        webSocket('IntegrationLatency', { label: 'p50', stat: 'p50' }),
        webSocket('IntegrationLatency', { label: 'p99', stat: 'p99' }),
      ],
      { unit: 'ms' },
    ),
  ];
}

/**
 * CloudFront is global, and its metrics are always in us-east-1.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
 */
const cloudFront = (name: string, options: object = {}): MetricRow =>
  metric(
    'AWS/CloudFront',
    name,
    { DistributionId: '${WebDistribution}', Region: 'Global' },
    { label: name, ...options },
  );

/** The section about the web app at CloudFront. */
export function webApp(): Box[] {
  const region = 'us-east-1';
  return [
    explained(
      'Web app',
      'CloudFront serves the files. A 4xx is for a page that does not exist; a 5xx means that the bucket refuses the request, or does not exist.',
    ),
    graph('Web app: requests', [cloudFront('Requests')], { region }),
    graph(
      'Web app: errors, share',
      [
        cloudFront('5xxErrorRate', { stat: 'Average', color: '#d62728' }),
        cloudFront('4xxErrorRate', { stat: 'Average' }),
      ],
      { region, unit: '%' },
    ),
    graph('Web app: bytes to readers', [cloudFront('BytesDownloaded')], { region }),
  ];
}

/** The dimension `route` has a value for each route: a search shows those that exist. */
function search(name: MetricName, stat: string): string {
  return `SEARCH('{BlogApp,environment,route,service} MetricName="${name}" environment="\${Environment}"', '${stat}', 60)`;
}

/** The section about WebSocket connections. */
export function connections(): Box[] {
  return [
    explained(
      'Connections',
      `Open connections are derived: ${DERIVED.OpenConnections.accuracy}`,
      'ConnectionsRefused',
      'ConnectionDuration',
    ),
    graph('Open connections (derived)', [
      blogMetric('ConnectionsOpened', hidden('connectionsOpened')),
      blogMetric('ConnectionsClosed', hidden('connectionsClosed')),
      expression(DERIVED.OpenConnections.expression, 'open since the start of the graph'),
    ]),
    graph('Opened, ended, refused', [
      blogMetric('ConnectionsOpened'),
      blogMetric('ConnectionsClosed'),
      blogMetric('ConnectionsRefused', { color: '#d62728' }),
      webSocket('ConnectCount', { label: 'handshakes (API Gateway)' }),
    ]),
    graph(
      'Duration of ended connections',
      [
        blogMetric('ConnectionDuration', { label: 'p10', stat: 'p10' }),
        blogMetric('ConnectionDuration', { label: 'p50', stat: 'p50' }),
        blogMetric('ConnectionDuration', { label: 'p90', stat: 'p90' }),
      ],
      { unit: 's', limit: { value: 60, label: 'alarm for a median below it' } },
    ),
    graph('Replayed events', [blogMetric('ReplayedEvents')]),
  ];
}

/** The section about deliveries of events. */
export function delivery(): Box[] {
  return [
    explained(
      'Delivery',
      'The time from when a comment is stored until each reader has it. A p99 over 5 s sets an alarm off.',
      'DeliveryLatency',
      'BroadcastStale',
      'BroadcastThrottled',
    ),
    graph(
      'Stored until pushed',
      ['p50', 'p90', 'p99'].map((stat) => blogMetric('DeliveryLatency', { label: stat, stat })),
      { unit: 'ms', limit: { value: 5_000, label: 'alarm for a p99 above it' } },
    ),
    graph('Recipients a second', [
      blogMetric('BroadcastRecipients', hidden('recipients')),
      blogMetric('BroadcastDelivered', hidden('delivered')),
      expression('recipients / PERIOD(recipients)', 'recipients'),
      expression('delivered / PERIOD(delivered)', 'delivered'),
    ]),
    graph(
      'First to last recipient of a broadcast',
      [
        blogMetric('BroadcastSpread', { label: 'p50', stat: 'p50' }),
        blogMetric('BroadcastSpread', { label: 'max', stat: 'Maximum' }),
        blogMetric('BroadcastDuration', { label: 'longest run', stat: 'Maximum' }),
      ],
      { unit: 'ms' },
    ),
    graph(
      'Stale share',
      [
        blogMetric('BroadcastStale', hidden('stale')),
        blogMetric('BroadcastRecipients', hidden('recipients')),
        expression('100 * stale / recipients', 'stale %'),
      ],
      { unit: '%' },
    ),
    graph('Retries, throttled pushes, continuations', [
      blogMetric('BroadcastRetried'),
      blogMetric('BroadcastThrottled'),
      blogMetric('BroadcastQueued'),
    ]),
    graph('Failures', [
      blogMetric('DeliveriesFailed'),
      blogMetric('BroadcastDeadLettered'),
      blogMetric('StreamBatchesFailed'),
      blogMetric('EventsDropped'),
    ]),
  ];
}

/** The section about streams and queues. */
export function streamsAndQueues({ streamFunctions, queues }: StackResources): Box[] {
  const fanout = 'FanoutQueue';
  return [
    explained(
      'Streams and queues',
      'The work that waits. A message in a dead-letter queue sets an alarm off, and so does a stream that is more than a minute late.',
      'StreamLag',
      'BroadcastQueued',
    ),
    graph(
      'Iterator age of the streams',
      [
        ...streamFunctions.map((id) => lambda('IteratorAge', id, { stat: 'Maximum' })),
        ...['comments', 'posts'].map((stream) =>
          blogMetric(
            'StreamLag',
            { label: `${stream}, at the function`, stat: 'Maximum' },
            { stream },
          ),
        ),
      ],
      { unit: 'ms', limit: { value: 60_000, label: 'alarm' } },
    ),
    graph(
      'Messages in the queues',
      queues.map((id) => queue('ApproximateNumberOfMessagesVisible', id, { stat: 'Maximum' })),
    ),
    graph(
      'Age of the oldest message',
      [queue('ApproximateAgeOfOldestMessage', fanout, { stat: 'Maximum' })],
      {
        unit: 's',
      },
    ),
    graph(
      'Fan-out queue: time to drain',
      [
        queue('ApproximateNumberOfMessagesVisible', fanout, {
          stat: 'Maximum',
          ...hidden('waiting'),
        }),
        queue('NumberOfMessagesDeleted', fanout, hidden('done')),
        expression(
          'IF(done > 0, waiting / (done / PERIOD(done)), 0)',
          'seconds, at the current rate',
        ),
      ],
      { unit: 's' },
    ),
    graph('Fan-out queue: sent, received, deleted', [
      queue('NumberOfMessagesSent', fanout, { label: 'sent' }),
      queue('NumberOfMessagesReceived', fanout, { label: 'received' }),
      queue('NumberOfMessagesDeleted', fanout, { label: 'deleted' }),
    ]),
  ];
}

/** The section about Lambda functions. */
export function functions({ functions: all, streamFunctions }: StackResources): Box[] {
  const each = (name: string, options: object = {}): MetricRow[] =>
    all.map(({ id }) => lambda(name, id, options));
  return [
    explained(
      'Functions',
      'A function whose duration is near 100 % of its time-out may be stopped by Lambda. Throttles set an alarm off.',
      'Errors',
      'ColdStart',
    ),
    graph('Invocations', each('Invocations')),
    graph('Errors', [
      ...each('Errors'),
      blogMetric('Errors', { label: 'handlers of the API' }, { service: 'api' }),
      blogMetric(
        'Errors',
        { label: 'handlers of messages and streams' },
        { service: 'ws-handlers' },
      ),
    ]),
    graph('Throttles', each('Throttles')),
    graph(
      'Longest duration, share of the time-out',
      all.flatMap(({ id, timeoutMs }, index) => [
        lambda('Duration', id, { stat: 'Maximum', ...hidden(`d${index}`) }),
        expression(`100 * d${index} / ${timeoutMs}`, short(id)),
      ]),
      { unit: '%' },
    ),
    graph('Concurrency', each('ConcurrentExecutions', { stat: 'Maximum' })),
    graph(
      'Cold starts',
      all.map(({ id }) =>
        blogMetric(
          'ColdStart',
          { label: short(id) },
          {
            service: id === 'BlogApiFunction' ? 'api' : 'ws-handlers',
            function_name: `\${${id}}`,
          },
        ),
      ),
    ),
    graph('Asynchronous events: age', each('AsyncEventAge', { stat: 'Maximum' }), { unit: 'ms' }),
    graph('Asynchronous events: dropped, and failed notifications', [
      ...each('AsyncEventsDropped'),
      ...streamFunctions.map((id) =>
        lambda('DestinationDeliveryFailures', id, { label: `${short(id)}: destination` }),
      ),
    ]),
    graph(
      'Concurrency of the account',
      [
        metric(
          'AWS/Lambda',
          'ConcurrentExecutions',
          {},
          { label: 'all functions', stat: 'Maximum' },
        ),
        metric(
          'AWS/Lambda',
          'UnreservedConcurrentExecutions',
          {},
          { label: 'unreserved', stat: 'Maximum' },
        ),
      ],
      { limit: { value: 1_000, label: 'the limit of a new account' } },
    ),
  ];
}

/** The section about tables. */
export function tables({ tables: ids }: StackResources): Box[] {
  return [
    explained(
      'Tables',
      'The tables are on demand: units cost money, and are not a limit. Throttles come when the load more than doubles at once, or one partition gets too many requests. Conflicts come when two transactions use one item; they are repeated.',
    ),
    graph(
      'Throttled reads and writes',
      ids.flatMap((id) => [
        table('ReadThrottleEvents', id, { label: `${short(id)} reads` }),
        table('WriteThrottleEvents', id, { label: `${short(id)} writes` }),
      ]),
    ),
    graph(
      'Transaction conflicts',
      ids.map((id) => table('TransactionConflict', id)),
    ),
    graph(
      'Consumed units',
      ids.flatMap((id) => [
        table('ConsumedReadCapacityUnits', id, { label: `${short(id)} reads` }),
        table('ConsumedWriteCapacityUnits', id, { label: `${short(id)} writes` }),
      ]),
    ),
  ];
}

const HOUR_SECONDS = 3_600;

/** Estimates the costs, from list prices and the memory that most functions have. */
export function cost({ functions: all, tables: ids }: StackResources): Box[] {
  const gigabytes = 0.5;
  const milliseconds = all.map(({ id }, index) => lambda('Duration', id, hidden(`d${index}`)));
  const invocations = all.map(({ id }, index) => lambda('Invocations', id, hidden(`i${index}`)));
  const reads = ids.map((id, index) => table('ConsumedReadCapacityUnits', id, hidden(`r${index}`)));
  const writes = ids.map((id, index) =>
    table('ConsumedWriteCapacityUnits', id, hidden(`w${index}`)),
  );
  const sum = (letter: string, rows: readonly unknown[]): string =>
    `(${rows.map((_, index) => `FILL(${letter}${index}, 0)`).join(' + ')})`;
  return [
    explained(
      'Estimated cost an hour',
      "Computed from the usage and AWS's list prices (libs/aws-prices), with 512 MB for each function. Connection minutes, data transfer and CloudWatch itself are not included: see docs/observability.md.",
    ),
    graph(
      'US dollars an hour',
      [
        http('Count', { stat: 'SampleCount', ...hidden('requests') }),
        webSocket('MessageCount', hidden('messages')),
        ...invocations,
        ...milliseconds,
        ...reads,
        ...writes,
        expression(
          `FILL(requests, 0) * ${usdPer('httpApiRequest')} + FILL(messages, 0) * ${usdPer('webSocketMessage')}`,
          'API Gateway',
        ),
        expression(
          `${sum('i', invocations)} * ${usdPer('invocation')} + ${sum('d', milliseconds)} * ${(gigabytes / 1_000) * usdPer('gigabyteSecond')}`,
          'Lambda',
        ),
        expression(
          `${sum('r', reads)} * ${usdPer('readUnit')} + ${sum('w', writes)} * ${usdPer('writeUnit')}`,
          'DynamoDB',
        ),
      ],
      { period: HOUR_SECONDS, stacked: true, unit: 'USD' },
    ),
  ];
}
