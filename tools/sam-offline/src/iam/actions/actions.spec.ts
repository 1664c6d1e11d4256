import actions from '../data/actions.json' with { type: 'json' };
import { neededPermissions, type NeededPermission } from './index.ts';

const region = 'ap-northeast-1';
const accountId = '123456789012';
const table = (name: string): string => `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;

function needed(
  service: string,
  operation: string,
  input: Record<string, unknown> = {},
): NeededPermission[] {
  return neededPermissions(
    { service, operation, input, region, accountId },
    { partitionKeyOf: (_table, index) => (index === undefined ? 'pk' : 'authorId') },
  );
}

function pairs(service: string, operation: string, input: Record<string, unknown> = {}): string[] {
  return needed(service, operation, input).map(({ action, resource }) => `${action} ${resource}`);
}

describe('neededPermissions', () => {
  it.each<[operation: string, input: Record<string, unknown>, expected: string[]]>([
    ['GetItem', { TableName: 'posts' }, [`dynamodb:GetItem ${table('posts')}`]],
    ['PutItem', { TableName: table('posts') }, [`dynamodb:PutItem ${table('posts')}`]],
    [
      'Query',
      { TableName: 'posts', IndexName: 'byAuthor' },
      [`dynamodb:Query ${table('posts')}/index/byAuthor`],
    ],
    [
      'BatchGetItem',
      { RequestItems: { posts: {}, comments: {} } },
      [`dynamodb:BatchGetItem ${table('posts')}`, `dynamodb:BatchGetItem ${table('comments')}`],
    ],
    [
      'BatchWriteItem',
      { RequestItems: { posts: [] } },
      [`dynamodb:BatchWriteItem ${table('posts')}`],
    ],
    [
      'TransactGetItems',
      { TransactItems: [{ Get: { TableName: 'posts' } }] },
      [`dynamodb:GetItem ${table('posts')}`],
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'a' } },
          { Update: { TableName: 'b' } },
          { Delete: { TableName: 'c' } },
          { ConditionCheck: { TableName: 'd' } },
        ],
      },
      [
        `dynamodb:PutItem ${table('a')}`,
        `dynamodb:UpdateItem ${table('b')}`,
        `dynamodb:DeleteItem ${table('c')}`,
        `dynamodb:ConditionCheckItem ${table('d')}`,
      ],
    ],
    [
      'ExecuteStatement',
      { Statement: 'SELECT * FROM "posts"."byAuthor" WHERE a = \'FROM x\'' },
      [`dynamodb:PartiQLSelect ${table('posts')}/index/byAuthor`],
    ],
    [
      'ExecuteStatement',
      { Statement: "insert into posts value {'pk': 'a'}" },
      [`dynamodb:PartiQLInsert ${table('posts')}`],
    ],
    [
      'BatchExecuteStatement',
      { Statements: [{ Statement: 'UPDATE "a" SET b=1' }, { Statement: 'DELETE FROM "c"' }] },
      [`dynamodb:PartiQLUpdate ${table('a')}`, `dynamodb:PartiQLDelete ${table('c')}`],
    ],
    [
      'ExecuteTransaction',
      { TransactStatements: [{ Statement: 'EXISTS(SELECT * FROM "a" WHERE b=1)' }] },
      [`dynamodb:PartiQLSelect ${table('a')}`],
    ],
    ['ListTables', {}, ['dynamodb:ListTables *']],
    ['DescribeTable', { TableName: 'posts' }, [`dynamodb:DescribeTable ${table('posts')}`]],
    [
      'DescribeStream',
      { StreamArn: `${table('posts')}/stream/x` },
      [`dynamodb:DescribeStream ${table('posts')}/stream/x`],
    ],
    [
      'GetRecords',
      { ShardIterator: `${table('posts')}/stream/x|1|abc` },
      [`dynamodb:GetRecords ${table('posts')}/stream/x`],
    ],
    ['TagResource', { ResourceArn: table('posts') }, [`dynamodb:TagResource ${table('posts')}`]],
  ])('DynamoDB %s %j', (operation, input, expected) => {
    expect(pairs('dynamodb', operation, input)).toEqual(expected);
  });

  it.each<[service: string, operation: string, input: Record<string, unknown>, expected: string[]]>(
    [
      [
        'sqs',
        'SendMessage',
        { QueueUrl: 'https://sqs.x/1/orders' },
        [`sqs:SendMessage arn:aws:sqs:${region}:${accountId}:orders`],
      ],
      [
        'sqs',
        'SendMessageBatch',
        { QueueUrl: 'https://sqs.x/1/orders' },
        [`sqs:SendMessage arn:aws:sqs:${region}:${accountId}:orders`],
      ],
      [
        'sqs',
        'GetQueueUrl',
        { QueueName: 'orders' },
        [`sqs:GetQueueUrl arn:aws:sqs:${region}:${accountId}:orders`],
      ],
      ['sqs', 'ListQueues', {}, ['sqs:ListQueues *']],
      [
        'sqs',
        'StartMessageMoveTask',
        { SourceArn: 'arn:aws:sqs:r:1:dlq', DestinationArn: 'arn:aws:sqs:r:1:q' },
        [
          'sqs:StartMessageMoveTask arn:aws:sqs:r:1:dlq',
          'sqs:ReceiveMessage arn:aws:sqs:r:1:dlq',
          'sqs:DeleteMessage arn:aws:sqs:r:1:dlq',
          'sqs:GetQueueAttributes arn:aws:sqs:r:1:dlq',
          'sqs:SendMessage arn:aws:sqs:r:1:q',
        ],
      ],
      [
        'lambda',
        'Invoke',
        { FunctionName: 'greet' },
        [`lambda:InvokeFunction arn:aws:lambda:${region}:${accountId}:function:greet`],
      ],
      [
        'lambda',
        'Invoke',
        { FunctionName: `arn:aws:lambda:${region}:${accountId}:function:greet:live` },
        [`lambda:InvokeFunction arn:aws:lambda:${region}:${accountId}:function:greet:live`],
      ],
      [
        'lambda',
        'Invoke',
        { FunctionName: 'greet', Qualifier: '3' },
        [`lambda:InvokeFunction arn:aws:lambda:${region}:${accountId}:function:greet:3`],
      ],
      ['lambda', 'ListFunctions', {}, ['lambda:ListFunctions *']],
      ['monitoring', 'PutMetricData', { Namespace: 'shop' }, ['cloudwatch:PutMetricData *']],
      [
        'logs',
        'PutLogEvents',
        { logGroupName: '/a', logStreamName: 'b' },
        [`logs:PutLogEvents arn:aws:logs:${region}:${accountId}:log-group:/a:log-stream:b`],
      ],
      [
        'logs',
        'FilterLogEvents',
        { logGroupName: '/a' },
        [`logs:FilterLogEvents arn:aws:logs:${region}:${accountId}:log-group:/a`],
      ],
      ['xray', 'PutTraceSegments', {}, ['xray:PutTraceSegments *']],
      ['sts', 'GetCallerIdentity', {}, []],
    ],
  )('%s %s %j', (service, operation, input, expected) => {
    expect(pairs(service, operation, input)).toEqual(expected);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'GetItem',
      {
        Key: { pk: { S: 'a' } },
        ProjectionExpression: '#t, body.lines[0]',
        ExpressionAttributeNames: { '#t': 'title' },
      },
      { 'dynamodb:LeadingKeys': ['a'], 'dynamodb:Attributes': ['pk', 'title', 'body'] },
    ],
    [
      'PutItem',
      { Item: { pk: { N: '7' }, title: { S: 'x' } } },
      { 'dynamodb:LeadingKeys': ['7'], 'dynamodb:Attributes': ['pk', 'title'] },
    ],
    [
      'UpdateItem',
      {
        Key: { pk: { S: 'a' } },
        UpdateExpression: 'SET title = if_not_exists(title, :x) REMOVE old ADD hits :one',
        ReturnValues: 'ALL_NEW',
      },
      { 'dynamodb:Attributes': ['pk', 'title', 'old', 'hits'], 'dynamodb:ReturnValues': 'ALL_NEW' },
    ],
    [
      'Query',
      {
        KeyConditionExpression: '#p = :p AND begins_with(sk, :s)',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExpressionAttributeValues: { ':p': { S: 'a' }, ':s': { S: 'b' } },
        Select: 'COUNT',
      },
      {
        'dynamodb:LeadingKeys': ['a'],
        'dynamodb:Attributes': ['pk', 'sk'],
        'dynamodb:Select': 'COUNT',
      },
    ],
    [
      'Query',
      {
        IndexName: 'byAuthor',
        KeyConditionExpression: 'authorId = :a',
        ExpressionAttributeValues: { ':a': { S: 'alice' } },
      },
      { 'dynamodb:LeadingKeys': ['alice'] },
    ],
    ['Scan', {}, { 'dynamodb:FullTableScan': 'true', 'dynamodb:Attributes': [] }],
  ])('gives the condition keys of %s', (operation, input, expected) => {
    const [permission] = needed('dynamodb', operation, { TableName: 'posts', ...input });
    expect(permission?.context?.()).toMatchObject(expected);
  });

  it.each([
    [
      "SELECT title, body.lines[0] FROM posts WHERE pk = 'a''b' AND size(tags) > 2",
      [],
      ['title', 'body', 'pk', 'tags'],
      ["a'b"],
      'false',
    ],
    ['SELECT * FROM "posts" WHERE "pk" = ?', [{ S: 'p' }], ['pk'], ['p'], 'false'],
    [
      'SELECT * FROM posts WHERE hits > ? AND pk IN [?, 7]',
      [{ N: '1' }, { N: '2' }],
      ['hits', 'pk'],
      ['2', '7'],
      'false',
    ],
    ['SELECT * FROM posts', [], [], undefined, 'true'],
    ["SELECT * FROM posts WHERE title = 'pk' ORDER BY sk", [], ['title'], undefined, 'true'],
    ["SELECT * FROM posts WHERE pk = 'a' OR title = 'b'", [], ['pk', 'title'], undefined, 'true'],
    ["SELECT * FROM posts WHERE NOT pk = 'a'", [], ['pk'], undefined, 'true'],
    ["SELECT * FROM posts WHERE pk > 'a'", [], ['pk'], undefined, 'true'],
    [
      `SELECT * FROM "posts"."byAuthor" WHERE authorId = 'alice'`,
      [],
      ['authorId'],
      ['alice'],
      'false',
    ],
    [
      "INSERT INTO posts VALUE {'pk': ?, 'title': 'x', 'meta': {'pk': 'inner'}}",
      [{ S: 'n' }],
      ['pk', 'title', 'meta'],
      ['n'],
      undefined,
    ],
    [
      'UPDATE posts SET title = ? SET hits = hits + 1 REMOVE old WHERE pk = ? RETURNING ALL NEW *',
      [{ S: 't' }, { S: 'k' }],
      ['title', 'hits', 'old', 'pk'],
      ['k'],
      undefined,
    ],
    ["DELETE FROM posts WHERE pk = 'd'", [], ['pk'], ['d'], undefined],
  ])('gives the condition keys of %s', (Statement, Parameters, attributes, leadingKeys, scan) => {
    for (const [operation, input] of [
      ['ExecuteStatement', { Statement, Parameters }],
      ['ExecuteTransaction', { TransactStatements: [{ Statement, Parameters }] }],
    ] as const) {
      const [permission] = needed('dynamodb', operation, input);
      expect(permission?.context?.()).toEqual({
        'dynamodb:Attributes': attributes,
        ...(leadingKeys && { 'dynamodb:LeadingKeys': leadingKeys }),
        ...(scan !== undefined && { 'dynamodb:FullTableScan': scan }),
      });
    }
  });

  it('gives the condition keys of batches and transactions', () => {
    const [batch] = needed('dynamodb', 'BatchWriteItem', {
      RequestItems: {
        posts: [
          { PutRequest: { Item: { pk: { S: 'a' } } } },
          { DeleteRequest: { Key: { pk: { S: 'b' } } } },
        ],
      },
    });
    expect(batch?.context?.()).toMatchObject({ 'dynamodb:LeadingKeys': ['a', 'b'] });
    const [item] = needed('dynamodb', 'TransactWriteItems', {
      TransactItems: [{ Put: { TableName: 'posts', Item: { pk: { S: 'a' } } } }],
    });
    expect(item?.context?.()).toMatchObject({
      'dynamodb:EnclosingOperation': 'TransactWriteItems',
      'dynamodb:LeadingKeys': ['a'],
    });
  });

  it("asks only for actions that AWS's service reference has", () => {
    const operations: Readonly<Record<string, readonly string[]>> = {
      dynamodb: [
        'GetItem',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'Query',
        'Scan',
        'BatchGetItem',
        'BatchWriteItem',
        'DescribeTable',
        'ListTables',
        'ListStreams',
        'UpdateTimeToLive',
        'DescribeTimeToLive',
        'ListTagsOfResource',
      ],
      sqs: [
        'SendMessage',
        'SendMessageBatch',
        'ReceiveMessage',
        'DeleteMessage',
        'DeleteMessageBatch',
        'ChangeMessageVisibility',
        'ChangeMessageVisibilityBatch',
        'GetQueueUrl',
        'GetQueueAttributes',
        'SetQueueAttributes',
        'ListQueues',
        'PurgeQueue',
        'StartMessageMoveTask',
        'ListDeadLetterSourceQueues',
      ],
      lambda: [
        'Invoke',
        'InvokeAsync',
        'InvokeWithResponseStream',
        'GetFunction',
        'GetFunctionConfiguration',
        'ListFunctions',
      ],
      monitoring: [
        'PutMetricData',
        'GetMetricData',
        'GetMetricStatistics',
        'ListMetrics',
        'DescribeAlarms',
        'DescribeAlarmHistory',
      ],
      logs: [
        'CreateLogGroup',
        'CreateLogStream',
        'PutLogEvents',
        'FilterLogEvents',
        'GetLogEvents',
        'DescribeLogGroups',
        'DescribeLogStreams',
      ],
      xray: ['PutTraceSegments', 'GetTraceSummaries', 'BatchGetTraces', 'PutTelemetryRecords'],
    };
    const known: Readonly<Record<string, readonly string[]>> = actions;
    for (const [service, names] of Object.entries(operations)) {
      for (const name of names) {
        for (const { action } of needed(service, name, { TableName: 'a', QueueUrl: 'a' })) {
          const [prefix = '', actionName] = action.split(':');
          expect(known[prefix]).toContain(actionName);
        }
      }
    }
  });
});
