import { MAX_VALUES } from './emf.ts';
import { BlogMetrics } from './metrics.ts';
import { CapturedOutput, type Line } from './testing/index.ts';

let output: CapturedOutput;
const warnings: unknown[] = [];

beforeEach(() => {
  output = new CapturedOutput();
  warnings.length = 0;
});

afterEach(() => {
  output.restore();
  delete process.env.POWERTOOLS_METRICS_DISABLED;
});

function blogMetrics(): BlogMetrics {
  return new BlogMetrics({
    namespace: 'BlogApp',
    service: 'api',
    environment: 'staging',
    log: { warn: (message, fields) => warnings.push([message, fields]) },
  });
}

function directive({ _aws: aws }: Line): unknown {
  return (aws as { CloudWatchMetrics: unknown[] }).CloudWatchMetrics[0];
}

test('gives a metric the unit and the dimensions of the catalogue', () => {
  const metrics = blogMetrics();
  metrics.record('ApiLatency', 12.5, { route: 'GET /posts/{postId}' });
  metrics.publish({ correlation_id: 'c1' });

  const [blob = {}] = output.metrics('ApiLatency');
  expect(blob).toMatchObject({
    ApiLatency: 12.5,
    route: 'GET /posts/{postId}',
    service: 'api',
    environment: 'staging',
    correlation_id: 'c1',
  });
  expect(directive(blob)).toEqual({
    Namespace: 'BlogApp',
    Dimensions: [['service', 'environment', 'route']],
    Metrics: [{ Name: 'ApiLatency', Unit: 'Milliseconds' }],
  });
});

test('separates metrics by their dimensions', () => {
  const metrics = blogMetrics();
  metrics.record('Errors', 1);
  metrics.record('ApiLatency', 1, { route: 'GET /a' });
  metrics.record('ApiServerErrors', 1, { route: 'GET /a' });
  metrics.record('ApiLatency', 2, { route: 'GET /b' });
  metrics.publish();

  expect(output.lines()).toHaveLength(3);
  expect(output.metrics('Errors')[0]).not.toHaveProperty('route');
  expect(output.metrics('ApiServerErrors')[0]).toMatchObject({ ApiLatency: 1, route: 'GET /a' });
});

test('publishes a recorded value once', () => {
  const metrics = blogMetrics();
  metrics.record('Errors', 1);
  metrics.recordDistribution('DeliveryLatency', { values: [5], counts: [1] });
  metrics.publish();
  metrics.publish();
  expect(output.lines()).toHaveLength(2);
});

test.each([NaN, Infinity, -Infinity])('leaves out %s, and says so', (value) => {
  const metrics = blogMetrics();
  metrics.record('BroadcastDuration', value);
  metrics.record('ReplayedEvents', value);
  metrics.publish();
  expect(output.lines()).toEqual([]);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toEqual([
    'a metric has no valid value and is left out',
    { metric: 'BroadcastDuration', value: String(value) },
  ]);
});

test('records a negative time as 0, since clocks differ, and leaves out a negative count', () => {
  const metrics = blogMetrics();
  metrics.record('StreamLag', -20, { stream: 'comments' });
  metrics.record('ReplayedEvents', -1);
  metrics.recordDistribution('DeliveryLatency', { values: [-3, 0], counts: [1, 2] });
  metrics.publish();
  expect(output.metrics('StreamLag')).toMatchObject([{ StreamLag: 0 }]);
  expect(output.metrics('ReplayedEvents')).toEqual([]);
  expect(output.metrics('DeliveryLatency')).toMatchObject([
    { DeliveryLatency: { Values: [0], Counts: [3] } },
  ]);
  expect(warnings).toHaveLength(1);
});

test('publishes all of 101 values', () => {
  const metrics = blogMetrics();
  for (let value = 1; value <= 101; value += 1) metrics.record('BroadcastDuration', value);
  metrics.publish();
  const values = output.metrics('BroadcastDuration').map((line) => line.BroadcastDuration);
  for (const one of values) expect([one].flat().length).toBeLessThanOrEqual(MAX_VALUES);
  expect(values.flat()).toEqual(Array.from({ length: 101 }, (_, index) => index + 1));
});

test('writes a metric with few values once beside one with 101', () => {
  const metrics = blogMetrics();
  metrics.record('Errors', 1);
  for (let value = 1; value <= 101; value += 1) metrics.record('BroadcastDuration', value);
  metrics.publish();
  expect(output.metrics('BroadcastDuration')).toHaveLength(2);
  expect(output.metrics('Errors')).toMatchObject([{ Errors: 1 }]);
});

test('adds the distributions of an invocation up, and splits one of more than 100 values', () => {
  const metrics = blogMetrics();
  const values = Array.from({ length: 250 }, (_, index) => index * 2);
  const counts = values.map(() => 3);
  metrics.recordDistribution('DeliveryLatency', { values: values.toReversed(), counts });
  metrics.recordDistribution('DeliveryLatency', { values: [0, 1], counts: [1, 1] });
  metrics.publish({ correlation_id: 'c1' });

  const lines = output.metrics('DeliveryLatency');
  const parts = lines.map(
    (line) => line.DeliveryLatency as Record<'Values' | 'Counts', number[]> & { Count: number },
  );
  expect(parts.map(({ Values }) => Values.length)).toEqual([100, 100, 51]);
  expect(parts.flatMap(({ Values }) => Values)).toEqual([0, 1, ...values.slice(1)]);
  expect(parts[0]).toMatchObject({ Counts: expect.arrayContaining([4, 1, 3]), Min: 0, Max: 196 });
  expect(parts.reduce((sum, { Count }) => sum + Count, 0)).toBe(752);
  expect(lines.map(directive)).toEqual(
    lines.map(() => ({
      Namespace: 'BlogApp',
      Dimensions: [['service', 'environment']],
      Metrics: [{ Name: 'DeliveryLatency', Unit: 'Milliseconds' }],
    })),
  );
  expect(lines[2]).toMatchObject({ service: 'api', correlation_id: 'c1' });
});

test('leaves out values that CloudWatch would refuse an entry for', () => {
  const metrics = blogMetrics();
  metrics.recordDistribution('DeliveryLatency', {
    values: [NaN, 1, 2, 3, Infinity],
    counts: [1, 0, 1.5, 2, 1],
  });
  metrics.publish();
  expect(output.metrics('DeliveryLatency')).toMatchObject([
    { DeliveryLatency: { Values: [3], Counts: [2], Count: 2 } },
  ]);
});

test.each([
  ['300 characters', 'r'.repeat(300), 'r'.repeat(250)],
  ['line breaks and other scripts', ' GET\n/päth ', 'GET /p th'],
  ['nothing', '  ', 'unknown'],
])('replaces %s in a dimension, so that CloudWatch takes it', (_, route, expected) => {
  const metrics = blogMetrics();
  metrics.record('ApiLatency', 1, { route });
  metrics.publish();
  expect(output.metrics('ApiLatency')).toMatchObject([{ route: expected }]);
});

test('prints nothing when Powertools’ metrics are disabled', () => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  const metrics = blogMetrics();
  metrics.record('Errors', 1);
  metrics.recordDistribution('DeliveryLatency', { values: [5], counts: [1] });
  metrics.publish();
  expect(output.lines()).toEqual([]);
});
