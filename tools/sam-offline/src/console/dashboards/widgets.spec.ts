import { widgetsOf } from './widgets.ts';

function metricsOf(properties: object): unknown {
  const [widget] = widgetsOf(JSON.stringify({ widgets: [{ type: 'metric', properties }] }));
  return widget?.content;
}

it('reads metrics with their short forms, statistics, periods and axes', () => {
  const metrics = [
    ['AWS/Lambda', 'Errors', 'FunctionName', 'a', { stat: 'Sum', id: 'e' }],
    ['.', 'Duration', '.', 'b', { stat: 'p99', yAxis: 'right', period: 60 }],
    ['...', 'c'],
    [{ expression: 'e * 100', label: 'share', id: 'share' }],
  ];
  expect(metricsOf({ metrics, period: 300, stat: 'Average' })).toMatchObject({
    queries: [
      {
        id: 'e',
        metricStat: {
          name: 'Errors',
          dimensions: { FunctionName: 'a' },
          stat: 'Sum',
          periodSeconds: 300,
        },
      },
      {
        yAxis: 'right',
        metricStat: {
          name: 'Duration',
          dimensions: { FunctionName: 'b' },
          stat: 'p99',
          periodSeconds: 60,
        },
      },
      { metricStat: { name: 'Duration', dimensions: { FunctionName: 'c' }, stat: 'Average' } },
      { id: 'share', expression: 'e * 100', label: 'share' },
    ],
  });
});

it('reads annotations, bands too', () => {
  const annotations = {
    horizontal: [{ label: 'rings', value: 5 }, [{ value: 1 }, { value: 2 }]],
    vertical: [{ value: '2026-11-25T12:00:00Z', label: 'deployed' }],
  };
  expect(metricsOf({ metrics: [], annotations })).toMatchObject({
    horizontal: [
      { label: 'rings', value: 5 },
      { value: 1, to: 2 },
    ],
    vertical: [{ timeMs: Date.UTC(2026, 10, 25, 12), label: 'deployed' }],
  });
});

it('shows a message in the place of a widget that is not supported', () => {
  const body = JSON.stringify({ widgets: [{ type: 'custom', x: 3, y: 4, width: 5, height: 6 }] });
  expect(widgetsOf(body)).toMatchObject([
    {
      x: 3,
      y: 4,
      width: 5,
      height: 6,
      content: { type: 'unsupported', reason: expect.stringContaining('"custom"') },
    },
  ]);
});
