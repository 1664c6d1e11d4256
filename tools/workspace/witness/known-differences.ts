import type { KnownDifference } from './judge.ts';

const GATEWAY = 'https://docs.aws.amazon.com/apigateway/latest/developerguide';
const LOGS = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs';

const health = {
  differs: 'responds to /health on every host with a document of its own',
  aws: 'passes the request to the function: no path is reserved',
  source: `${GATEWAY}/http-api-develop-routes.html`,
} as const;
const subprotocol = {
  differs:
    'does not send the subprotocol that $connect returns, so that clients end the connection',
  aws: "sends the Sec-WebSocket-Protocol of $connect's response",
  source: `${GATEWAY}/websocket-connect-route-subprotocol.html`,
} as const;
const xray = {
  differs: 'has no X-Ray',
  aws: 'GetTraceSummaries finds traces by their annotations',
  source: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html',
} as const;
const filter = {
  differs: 'FilterLogEvents does not evaluate a JSON pattern, and returns other lines too',
  aws: 'returns the lines that the pattern matches',
  source: `${LOGS}/FilterAndPatternSyntax.html`,
} as const;

/**
 * The tests that fail against MiniStack 1.5.33, judged by AWS's documentation. None of them is a
 * fault of this repository. See docs/adr/0021-a-second-emulator-as-witness.md.
 */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  { test: 'the API through its HTTP API is healthy', ...health },
  { test: 'the API through its Function URL is healthy', ...health },
  {
    test: 'a path GET // does not exist',
    differs: 'passes the path // on as /',
    aws: 'rawPath is the path of the request; no document says that slashes are joined',
    source: `${GATEWAY}/http-api-develop-integrations-lambda.html`,
  },
  {
    test: 'OPTIONS lists the methods',
    differs: 'takes every OPTIONS for a preflight, and refuses one without an Origin with 403',
    aws: 'a preflight has an Origin and an Access-Control-Request-Method; others go to the route',
    source: `${GATEWAY}/http-api-cors.html`,
  },
  { test: 'a WebSocket with a token belongs to its user', ...subprotocol },
  { test: '20 clients at once on one post', ...subprotocol },
  { test: 'a reader whose network fails for a while', ...subprotocol },
  { test: 'a reader who was away for too long is told to load, and gets', ...subprotocol },
  { test: 'tabs of one browser share one connection', ...subprotocol },
  {
    test: 'a user who writes too much is refused with the time to wait',
    differs:
      'starts a process of this machine for each of 120 requests at once; on a busy one some do not respond in time (on a quiet one the test passes)',
    aws: 'starts an execution environment for each, on machines of its own',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html',
  },
  {
    test: 'a WebSocket with a token that does not verify is refused',
    differs: 'responds to the handshake with 403, whatever status $connect returns',
    aws: "the status of $connect's response is that of the handshake (400 in the example)",
    source: `${GATEWAY}/websocket-connect-route-subprotocol.html`,
  },
  {
    test: 'does not count clients that unsubscribed or disconnected',
    differs: 'takes pushes to a connection with 200 for up to half a second after it was closed',
    aws: 'responds with 410 once the client has disconnected',
    source: `${GATEWAY}/apigateway-how-to-call-websocket-api-connections.html`,
  },
  { test: 'one correlation id finds the lines of every function', ...filter },
  { test: 'no log line has a token, a body or an e-mail address', ...filter },
  {
    test: 'the access logs have the request of a comment',
    differs: "writes no access logs of the gateways' stages",
    aws: "writes a line in the stage's format for each request and message",
    source: `${GATEWAY}/http-api-logging.html`,
  },
  { test: 'a correlation id finds the traces of the whole path', ...xray },
  { test: "a correlation id finds the trace of a post's edit", ...xray },
  {
    test: 'every metric of the dashboard was published',
    differs: "makes neither the gateways' metrics nor those of the embedded metric format",
    aws: 'makes both',
    source: `${GATEWAY}/apigateway-websocket-api-logging.html`,
  },
];

/** Files of tests that cannot be run against MiniStack. */
export const NOT_RUN = [
  {
    file: 'alarms.spec.ts',
    reason: 'MiniStack measures no queues, so that the test waits for minutes for a metric',
  },
  {
    file: 'console-strangers.spec.ts',
    reason: 'it starts stacks of its own, and looks at their console',
  },
  {
    file: 'fanout-trace.spec.ts',
    reason: 'it starts a stack of its own, whose pushes go through the queue',
  },
] as const;
