import { functionTemplate, loadText } from '../testing/load-text.ts';

describe('tables', () => {
  it('reads keys, indexes, TTL and stream', () => {
    const { tables, outputs } = loadText(`
Resources:
  Comments:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub \${AWS::StackName}-comments
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - { AttributeName: postId, AttributeType: S }
        - { AttributeName: commentId, AttributeType: S }
        - { AttributeName: changeId, AttributeType: N }
      KeySchema:
        - { AttributeName: postId, KeyType: HASH }
        - { AttributeName: commentId, KeyType: RANGE }
      GlobalSecondaryIndexes:
        - IndexName: all
          KeySchema: [{ AttributeName: commentId, KeyType: HASH }]
          Projection: { ProjectionType: INCLUDE, NonKeyAttributes: [text] }
      LocalSecondaryIndexes:
        - IndexName: byChange
          KeySchema:
            - { AttributeName: postId, KeyType: HASH }
            - { AttributeName: changeId, KeyType: RANGE }
          Projection: { ProjectionType: KEYS_ONLY }
      TimeToLiveSpecification: { AttributeName: expiresAt, Enabled: true }
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
Outputs:
  Stream: { Value: !GetAtt Comments.StreamArn }
`);
    expect(tables).toEqual([
      {
        logicalId: 'Comments',
        tableName: 'demo-comments',
        arn: 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/demo-comments',
        attributeDefinitions: [
          { name: 'postId', type: 'S' },
          { name: 'commentId', type: 'S' },
          { name: 'changeId', type: 'N' },
        ],
        keySchema: { partitionKey: 'postId', sortKey: 'commentId' },
        globalSecondaryIndexes: [
          {
            indexName: 'all',
            keySchema: { partitionKey: 'commentId' },
            projectionType: 'INCLUDE',
            nonKeyAttributes: ['text'],
          },
        ],
        localSecondaryIndexes: [
          {
            indexName: 'byChange',
            keySchema: { partitionKey: 'postId', sortKey: 'changeId' },
            projectionType: 'KEYS_ONLY',
            nonKeyAttributes: [],
          },
        ],
        ttlAttribute: 'expiresAt',
        streamViewType: 'NEW_AND_OLD_IMAGES',
        streamArn: outputs.Stream,
      },
    ]);
    expect(outputs.Stream).toMatch(/:table\/demo-comments\/stream\/\d{4}-\d\d-\d\dT/);
  });

  it('reads AWS::Serverless::SimpleTable, with and without a key', () => {
    const { tables } = loadText(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Plain: { Type: AWS::Serverless::SimpleTable }
  Keyed:
    Type: AWS::Serverless::SimpleTable
    Properties: { TableName: keyed, PrimaryKey: { Name: number, Type: Number } }
`);
    expect(tables).toMatchObject([
      {
        tableName: expect.stringMatching(/^demo-Plain-/),
        attributeDefinitions: [{ name: 'id', type: 'S' }],
        keySchema: { partitionKey: 'id' },
      },
      {
        tableName: 'keyed',
        attributeDefinitions: [{ name: 'number', type: 'N' }],
        keySchema: { partitionKey: 'number' },
      },
    ]);
  });

  it('reads a global table as one table', () => {
    const { tables, warnings } = loadText(`
Resources:
  Posts:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      Replicas: [{ Region: ap-northeast-1 }, { Region: us-east-1 }]
`);
    expect(tables).toMatchObject([{ logicalId: 'Posts', streamViewType: 'NEW_AND_OLD_IMAGES' }]);
    expect(warnings).toEqual([]);
  });
});

describe('queues', () => {
  it('reads attributes in the form of CreateQueue', () => {
    const { queues } = loadText(`
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: jobs
      VisibilityTimeout: 180
      MessageRetentionPeriod: 345600
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 5 }
  Failed: { Type: AWS::SQS::Queue, Properties: { QueueName: failed } }
`);
    expect(queues).toEqual([
      {
        logicalId: 'Jobs',
        queueName: 'jobs',
        arn: 'arn:aws:sqs:ap-northeast-1:123456789012:jobs',
        url: 'https://sqs.ap-northeast-1.amazonaws.com/123456789012/jobs',
        attributes: {
          VisibilityTimeout: '180',
          MessageRetentionPeriod: '345600',
          RedrivePolicy:
            '{"deadLetterTargetArn":"arn:aws:sqs:ap-northeast-1:123456789012:failed","maxReceiveCount":5}',
        },
      },
      expect.objectContaining({ queueName: 'failed', attributes: {} }),
    ]);
  });

  it('gives a FIFO queue a name that ends in .fifo', () => {
    const { queues } = loadText(`
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: { FifoQueue: true, ContentBasedDeduplication: true }
`);
    expect(queues).toMatchObject([
      {
        queueName: expect.stringMatching(/^demo-Jobs-[A-Z0-9]{12}\.fifo$/),
        attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' },
      },
    ]);
  });
});

describe('event source mappings', () => {
  const sources = `
Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
Posts:
  Type: AWS::DynamoDB::Table
  Properties:
    AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
    KeySchema: [{ AttributeName: id, KeyType: HASH }]
    StreamSpecification: { StreamViewType: NEW_IMAGE }
`.trim();

  const event = (type: string, properties: string): string =>
    functionTemplate(`Events:\n  In: { Type: ${type}, Properties: { ${properties} } }`, sources);

  it("has Lambda's defaults for a stream and a queue", () => {
    const stream = event('DynamoDB', 'Stream: !GetAtt Posts.StreamArn, StartingPosition: LATEST');
    expect(loadText(stream).eventSourceMappings).toEqual([
      {
        logicalId: 'GreetIn',
        functionLogicalId: 'Greet',
        functionArn: expect.stringMatching(/:function:demo-Greet-\w+$/),
        source: {
          type: 'dynamodb',
          tableLogicalId: 'Posts',
          startingPosition: 'LATEST',
          bisectBatchOnFunctionError: false,
          parallelizationFactor: 1,
        },
        enabled: true,
        batchSize: 100,
        batchWindowMs: 0,
        reportBatchItemFailures: false,
        filterPatterns: [],
      },
    ]);
    expect(loadText(event('SQS', 'Queue: !GetAtt Jobs.Arn')).eventSourceMappings).toMatchObject([
      { source: { type: 'sqs', queueLogicalId: 'Jobs' }, batchSize: 10 },
    ]);
  });

  it('reads all settings of a stream', () => {
    const properties = [
      'Stream: !GetAtt Posts.StreamArn',
      'StartingPosition: TRIM_HORIZON',
      'BatchSize: 5',
      'MaximumBatchingWindowInSeconds: 2',
      'MaximumRetryAttempts: 3',
      'MaximumRecordAgeInSeconds: 60',
      'BisectBatchOnFunctionError: true',
      'ParallelizationFactor: 4',
      'Enabled: false',
      'FunctionResponseTypes: [ReportBatchItemFailures]',
      `FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] }`,
      'DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Jobs.Arn } }',
    ].join(', ');
    expect(loadText(event('DynamoDB', properties)).eventSourceMappings).toMatchObject([
      {
        source: {
          startingPosition: 'TRIM_HORIZON',
          maximumRetryAttempts: 3,
          maximumRecordAgeMs: 60_000,
          bisectBatchOnFunctionError: true,
          parallelizationFactor: 4,
          onFailureArn: 'arn:aws:sqs:ap-northeast-1:123456789012:jobs',
        },
        enabled: false,
        batchSize: 5,
        batchWindowMs: 2000,
        reportBatchItemFailures: true,
        filterPatterns: [{ eventName: ['INSERT'] }],
      },
    ]);
  });

  it('reads AWS::Lambda::EventSourceMapping', () => {
    const mapping = `
Mapping:
  Type: AWS::Lambda::EventSourceMapping
  Properties:
    FunctionName: !GetAtt Greet.Arn
    EventSourceArn: !GetAtt Jobs.Arn
    ScalingConfig: { MaximumConcurrency: 2 }`;
    expect(
      loadText(functionTemplate('', `${sources}${mapping}`)).eventSourceMappings,
    ).toMatchObject([
      {
        logicalId: 'Mapping',
        functionLogicalId: 'Greet',
        functionArn: expect.stringMatching(/:function:demo-Greet-\w+$/),
        source: { type: 'sqs', maximumConcurrency: 2 },
      },
    ]);
  });

  it('leaves out sources of other stacks and other kinds, with a warning', () => {
    const { eventSourceMappings, warnings } = loadText(
      event('SQS', 'Queue: "arn:aws:sqs:us-east-1:123456789012:theirs"'),
    );
    expect(eventSourceMappings).toEqual([]);
    expect(warnings).toMatchObject([
      {
        message: expect.stringContaining('is neither a DynamoDB stream nor a queue of this stack'),
      },
    ]);
  });

  it.each([
    [
      'SQS',
      'Queue: !GetAtt Jobs.Arn, BatchSize: 100',
      'MaximumBatchingWindowInSeconds of at least 1',
    ],
    ['SQS', 'Queue: !GetAtt Jobs.Arn, BatchSize: 0', 'between 1 and 10000, got 0'],
    ['SQS', 'Queue: !GetAtt Jobs.Arn, BatchSze: 1', 'did you mean `BatchSize`?'],
    [
      'DynamoDB',
      'Stream: !GetAtt Posts.StreamArn',
      'expected LATEST or TRIM_HORIZON, but it is missing',
    ],
    [
      'DynamoDB',
      'Stream: !GetAtt Posts.Arn, StartingPosition: LATEST',
      "Properties.Stream: expected the ARN of the table's stream (StreamArn)",
    ],
    [
      'SQS',
      'Queue: !GetAtt Jobs.Arn, FilterCriteria: { Filters: [{ Pattern: "{body" }] }',
      'FilterCriteria.Filters[0].Pattern: expected a filter pattern in JSON, got "{body"',
    ],
  ])('rejects for %s: %s', (type, properties, message) => {
    expect(() => loadText(event(type, properties))).toThrow(message);
  });

  it('requires a stream of the table', () => {
    const template = event('DynamoDB', 'Stream: !GetAtt Posts.StreamArn, StartingPosition: LATEST');
    expect(() =>
      loadText(template.replace('    StreamSpecification: { StreamViewType: NEW_IMAGE }', '')),
    ).toThrow('the table has no stream: give it a StreamSpecification');
  });
});
