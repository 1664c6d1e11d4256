import { loadText } from '../../template/testing/load-text.ts';
import { automaticDashboard } from './automatic.ts';
import { widgetsOf } from './widgets.ts';

const RESOURCES = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      { FunctionName: shop-api, CodeUri: api, Handler: index.handler, Runtime: nodejs24.x }
  Notes:
    Type: AWS::Serverless::SimpleTable
    Properties: { TableName: notes }
`;

it('has the metrics of each resource that the template has, and of no other kind', () => {
  const widgets = widgetsOf(
    automaticDashboard(loadText(RESOURCES, { stackName: 'shop', files: { 'api/index.mjs': '' } })),
  );
  expect(widgets.map(({ title }) => title)).toEqual([
    'Functions: invocations',
    'Functions: errors',
    'Functions: duration, 90th percentile (ms)',
    'Tables: read units',
    'Tables: write units',
  ]);
  expect(widgets[2]?.content).toMatchObject({
    notes: [],
    queries: [
      { label: 'Api', metricStat: { name: 'Duration', dimensions: { FunctionName: 'shop-api' } } },
    ],
  });
});

it('is empty for a template whose resources have no metrics', () => {
  const policy = '{ Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: {} } }';
  const none = loadText(`Resources:\n  Policy: ${policy}`, { stackName: 'none' });
  expect(widgetsOf(automaticDashboard(none))).toEqual([]);
});
