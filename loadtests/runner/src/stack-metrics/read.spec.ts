import { readStackMetrics, type MetricsQuestion, type MetricsSource } from './index.ts';
import type { MetricName, MetricsQuery } from './source.ts';

const FROM = 1_795_600_000;
const question: MetricsQuestion = {
  ...{ from: FROM + 3, to: FROM + 33, periodSeconds: 10, ownNamespace: 'BlogApp' },
  ...{ apiIds: [], isShared: false },
};

/** A source with these metrics. Each has the values 1 and 2, except those in `silent`. */
function sourceOf(names: readonly MetricName[], silent: readonly string[] = []) {
  const asked: MetricsQuery[] = [];
  let range = { from: 0, to: 0, periodSeconds: 0 };
  const source: MetricsSource = {
    name: 'http://127.0.0.1:4566',
    list: (namespace) => Promise.resolve(names.filter((one) => one.namespace === namespace)),
    read(queries, over) {
      asked.push(...queries);
      range = over;
      return Promise.resolve(
        queries.map(({ name }) => ({
          times: [FROM, FROM + 10],
          values: silent.includes(name) ? [0, 0] : [1, 2],
        })),
      );
    },
  };
  return { source, asked, range: () => range };
}

const lambda = (name: string, dimensions: Record<string, string>): MetricName => ({
  ...{ namespace: 'AWS/Lambda', name, dimensions },
});

it('asks for each function’s metrics once, with the right statistic, over whole periods', async () => {
  const { source, asked, range } = sourceOf([
    lambda('Invocations', { FunctionName: 's-connect' }),
    lambda('Invocations', { FunctionName: 's-connect', Resource: 's-connect' }),
    lambda('Invocations', {}),
    lambda('Duration', { FunctionName: 's-connect' }),
    lambda('UrlRequestCount', { FunctionName: 's-connect' }),
  ]);
  const metrics = await readStackMetrics(source, question);
  expect(asked.map(({ name, statistic }) => [name, statistic])).toEqual([
    ['Invocations', 'Sum'],
    ['Duration', 'p99'],
  ]);
  expect(range()).toEqual({ from: FROM, to: FROM + 43, periodSeconds: 10 });
  expect(metrics).toMatchObject({
    source: 'http://127.0.0.1:4566',
    series: [
      { name: 'Invocations', of: 's-connect', times: [FROM, FROM + 10], values: [1, 2] },
      {},
    ],
  });
});

it('reads only this stack if there are others in the account', async () => {
  const api = (id: string): MetricName => ({
    ...{ namespace: 'AWS/ApiGateway', name: 'ConnectCount', dimensions: { ApiId: id } },
  });
  const own: MetricName = {
    namespace: 'BlogApp',
    name: 'ColdStart',
    dimensions: { service: 'api' },
  };
  const { source, asked } = sourceOf([
    lambda('Invocations', { FunctionName: 'blogapp-staging-connect' }),
    lambda('Invocations', { FunctionName: 'blogapp-development-connect' }),
    lambda('Invocations', { FunctionName: 'other' }),
    api('abc123'),
    api('zzz999'),
    own,
  ]);
  const metrics = await readStackMetrics(source, {
    ...question,
    stackName: 'blogapp-staging',
    apiIds: ['abc123'],
    isShared: true,
  });
  expect(asked.map(({ dimensions }) => Object.values(dimensions)[0])).toEqual([
    'blogapp-staging-connect',
    'abc123',
    'api',
  ]);
  expect(metrics).toMatchObject({ series: [{ of: 'connect' }, { of: 'abc123' }, { of: 'api' }] });
});

it('names the functions’ own metrics by function, or by the dimension that differs', async () => {
  const own = (name: string, dimensions: Record<string, string>): MetricName => ({
    ...{
      namespace: 'BlogApp',
      name,
      dimensions: { service: 'api', environment: 'x', ...dimensions },
    },
  });
  const { source, asked } = sourceOf([
    own('ColdStart', { function_name: 's-api' }),
    own('ApiLatency', { route: 'GET /posts' }),
  ]);
  const metrics = await readStackMetrics(source, { ...question, stackName: 's' });
  expect(metrics).toMatchObject({
    series: [
      { name: 'ColdStart', of: 'api' },
      { name: 'ApiLatency', of: 'api · GET /posts' },
    ],
  });
  expect(asked.map(({ statistic }) => statistic)).toEqual(['Sum', 'p99']);
});

it('shows a metric that is zero everywhere once', async () => {
  const functions = ['a', 'b', 'c'].map((name) => lambda('Throttles', { FunctionName: name }));
  const { source } = sourceOf(functions, ['Throttles']);
  const metrics = await readStackMetrics(source, question);
  expect(metrics).toMatchObject({ series: [{ name: 'Throttles', of: 'all', values: [0, 0] }] });
});

it('says why nothing could be read', async () => {
  const { source } = sourceOf([]);
  const failing: MetricsSource = {
    ...source,
    list: () => Promise.reject(Object.assign(new Error('not here'), { name: 'UnknownOperation' })),
  };
  expect(await readStackMetrics(failing, question)).toEqual({
    unavailable: 'http://127.0.0.1:4566 failed with UnknownOperation: not here',
  });
});
