import { problemsOf, loadText } from '../testing/load-text.ts';

const HEAD = 'Transform: AWS::Serverless-2016-10-31\nResources:\n';

/**
 * Writes a property of the type Json in both forms that CloudFormation accepts: as a map, and as a
 * string.
 */
const ways = (name: string, value: object): string[] => [
  `${name}: ${JSON.stringify(value)}`,
  `${name}: !Sub '${JSON.stringify(value)}'`,
];

describe('a property of the type Json', () => {
  it('may be a string in an event pattern', () => {
    const patterns = ways('EventPattern', { account: ['${AWS::AccountId}'] }).map((pattern) => {
      const { rules } = loadText(
        `${HEAD}  Rule:\n    Type: AWS::Events::Rule\n    Properties:\n      ${pattern}\n`,
      );
      return rules[0]?.eventPattern;
    });
    expect(patterns[1]).toBe('{"account":["123456789012"]}');
  });

  it('may be a string in policies of roles and queues', () => {
    const statement = { Effect: 'Allow', Action: 'sqs:*', Resource: '*' };
    const [map, text] = ways('PolicyDocument', {
      Version: '2012-10-17',
      Statement: [statement],
    }).map((document) => {
      const stack = loadText(`${HEAD}
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, ${document} }] } }
  Function: { Type: AWS::Serverless::Function, Properties: { Role: !GetAtt Role.Arn, Runtime: nodejs24.x, Handler: a.b, InlineCode: '' } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: q } }
  Policy: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [!Ref Queue], ${document} } }
`);
      const policies = [
        ...(stack.functions[0]?.role?.policies ?? []),
        ...stack.resourcePolicies.values(),
      ];
      return policies.map(({ document: found }) => found);
    });
    expect(map).toHaveLength(2);
    expect(map?.[0]).toEqual({ Version: '2012-10-17', Statement: [statement] });
    expect(text).toEqual(map);
  });

  it('may be a string in a redrive policy', () => {
    const attributes = ways('RedrivePolicy', {
      deadLetterTargetArn: 'arn:aws:sqs:ap-northeast-1:123456789012:dead',
      maxReceiveCount: 2,
    }).map((policy) => {
      const { queues } = loadText(`${HEAD}
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead } }
  Queue: { Type: AWS::SQS::Queue, Properties: { ${policy} } }
`);
      return queues[1]?.attributes.RedrivePolicy;
    });
    expect(attributes[0]).toContain('"maxReceiveCount":2');
    expect(attributes[1]).toBe(attributes[0]);
  });

  it('is reported if its string is not JSON', () => {
    expect(
      problemsOf(`${HEAD}  Rule: { Type: AWS::Events::Rule, Properties: { EventPattern: '{' } }\n`),
    ).toEqual([expect.stringContaining('expected EventPattern to be a map, or JSON of one')]);
  });
});
