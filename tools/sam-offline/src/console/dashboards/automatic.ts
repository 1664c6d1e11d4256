import { eachApi, type Stack } from '../../template/index.ts';

/**
 * The name of the dashboard that no template has to define. CloudWatch has such automatic
 * dashboards, one for each service
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Automatic_Dashboards_Focus_Service.html).
 */
export const AUTOMATIC = 'automatic';

/** A metric of a widget: namespace, name, dimensions as name and value, and options. */
type Metric = readonly (string | Readonly<Record<string, string>>)[];

interface Chart {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

type Resources = Pick<Stack, 'functions' | 'httpApis' | 'webSocketApis' | 'tables' | 'queues'>;

const WIDTH = 8;
/**
 * The height of a widget in rows of the grid. A chart needs some rows, and every two names of its
 * legend need one more.
 */
const CHART_HEIGHT = 4;
const NAMES_PER_ROW = 2;
const PER_ROW = 24 / WIDTH;
const PERIOD_SECONDS = 60;

/** Makes the body of a dashboard with the platform's metrics of every resource of a template. */
export function automaticDashboard(stack: Resources): string {
  const charts = chartsOf(stack);
  const names = Math.max(...charts.map(({ metrics }) => metrics.length), 0);
  const height = CHART_HEIGHT + Math.ceil(names / NAMES_PER_ROW);
  const widgets = charts.map(({ title, metrics }, index) => ({
    type: 'metric',
    ...{ x: (index % PER_ROW) * WIDTH, y: Math.floor(index / PER_ROW) * height },
    ...{ width: WIDTH, height },
    properties: { title, metrics, stat: 'Sum', period: PERIOD_SECONDS },
  }));
  return JSON.stringify({ widgets });
}

function chartsOf({ functions, httpApis, webSocketApis, tables, queues }: Resources): Chart[] {
  const ofFunctions = (metric: string, options: Readonly<Record<string, string>> = {}) =>
    functions.map(({ functionName, logicalId }): Metric => [
      ...['AWS/Lambda', metric, 'FunctionName', functionName],
      { label: logicalId, ...options },
    ]);
  const ofTables = (metric: string) =>
    tables.map(({ tableName }): Metric => [
      ...['AWS/DynamoDB', metric, 'TableName', tableName],
      { label: tableName },
    ]);
  const ofQueues = (metric: string) =>
    queues.map(({ queueName }): Metric => [
      ...['AWS/SQS', metric, 'QueueName', queueName],
      { label: queueName, stat: 'Maximum' },
    ]);
  const charts: Chart[] = [
    ...eachApi(webSocketApis).map(({ apiId, name }): Chart => {
      const metric = (one: string): Metric => ['AWS/ApiGateway', one, 'ApiId', apiId];
      const names = ['ConnectCount', 'MessageCount', 'ClientError', 'IntegrationError'];
      return { title: `${name}: connects, messages, errors`, metrics: names.map(metric) };
    }),
    ...eachApi(httpApis).map(({ apiId, name, rest }): Chart => {
      const isRest = rest !== undefined;
      const of = isRest ? ['ApiName', name] : ['ApiId', apiId];
      const names = isRest ? ['Count', '4XXError', '5XXError'] : ['Count', '4xx', '5xx'];
      const metrics = names.map((one): Metric => ['AWS/ApiGateway', one, ...of]);
      return { title: `${name}: requests and errors`, metrics };
    }),
    { title: 'Functions: invocations', metrics: ofFunctions('Invocations') },
    { title: 'Functions: errors', metrics: ofFunctions('Errors') },
    {
      title: 'Functions: duration, 90th percentile (ms)',
      metrics: ofFunctions('Duration', { stat: 'p90' }),
    },
    { title: 'Tables: read units', metrics: ofTables('ConsumedReadCapacityUnits') },
    { title: 'Tables: write units', metrics: ofTables('ConsumedWriteCapacityUnits') },
    { title: 'Queues: visible messages', metrics: ofQueues('ApproximateNumberOfMessagesVisible') },
  ];
  return charts.filter(({ metrics }) => metrics.length > 0);
}
