import {
  createGatekeeper,
  type Gatekeeper,
  type GatekeeperOptions,
  type PolicySource,
} from './index.ts';

const accountId = '123456789012';
const region = 'ap-northeast-1';
const posts = `arn:aws:dynamodb:${region}:${accountId}:table/posts`;
const queue = `arn:aws:sqs:${region}:${accountId}:orders`;
const writer = { name: 'Writer', arn: `arn:aws:sts::${accountId}:assumed-role/writer/Writer` };
const operator = { name: 'operator', arn: `arn:aws:iam::${accountId}:user/operator` };

const statement = (more: object): object => ({ Effect: 'Allow', Resource: '*', ...more });
const source = (name: string, ...statements: object[]): PolicySource => ({
  name,
  line: 12,
  document: { Version: '2012-10-17', Statement: statements },
});

function gatekeeper(
  policies: readonly PolicySource[],
  more: Partial<GatekeeperOptions> = {},
): Gatekeeper {
  return createGatekeeper({
    region,
    accountId,
    roles: new Map([['Writer', { policies }]]),
    resourcePolicies: new Map(),
    tableKeys: { partitionKeyOf: () => 'userId' },
    ...more,
  });
}

const get = (table: string, key = 'alice') => ({
  service: 'dynamodb',
  operation: 'GetItem',
  input: { TableName: table, Key: { userId: { S: key } } },
});

describe('createGatekeeper', () => {
  it('allows a call that a policy allows, also when it is repeated', () => {
    const keeper = gatekeeper([
      source('p', statement({ Action: 'dynamodb:GetItem', Resource: posts })),
    ]);
    for (let time = 0; time < 3; time += 1) {
      expect(keeper.checkCall(writer, get('posts'))).toEqual({
        granted: [expect.objectContaining({ action: 'dynamodb:GetItem', resource: posts })],
      });
    }
  });

  it("denies with AWS's sentence, and says which statement would allow the call", () => {
    const { denial } = gatekeeper([]).checkCall(writer, get('posts'));
    expect(denial).toEqual({
      principal: writer,
      action: 'dynamodb:GetItem',
      resource: posts,
      message: `User: ${writer.arn} is not authorized to perform: dynamodb:GetItem on resource: ${posts} because no identity-based policy allows the dynamodb:GetItem action`,
      suggestion: { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: posts },
    });
  });

  it('names the statement that denies, and its line', () => {
    const { denial } = gatekeeper([
      source('Writer.Policies[0]', statement({ Action: '*' })),
      source('Writer.Policies[1]', statement({ Effect: 'Deny', Action: 'dynamodb:*' })),
    ]).checkCall(writer, get('posts'));
    expect(denial?.message).toMatch(/ with an explicit deny in an identity-based policy$/);
    expect(denial?.deniedBy).toEqual({ policy: 'Writer.Policies[1]', statement: 0, line: 12 });
  });

  it('asks for every permission that a call needs', () => {
    const keeper = gatekeeper([
      source('p', statement({ Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem'] })),
    ]);
    const write = (...members: string[]) =>
      keeper.checkCall(writer, {
        service: 'dynamodb',
        operation: 'TransactWriteItems',
        input: { TransactItems: members.map((member) => ({ [member]: { TableName: 'posts' } })) },
      }).denial?.action;
    expect(write('Put', 'Update')).toBeUndefined();
    expect(write('Put', 'ConditionCheck')).toBe('dynamodb:ConditionCheckItem');
  });

  it('evaluates conditions anew for each call', () => {
    const keeper = gatekeeper([
      source(
        'p',
        statement({
          Action: 'dynamodb:GetItem',
          Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['alice'] } },
        }),
      ),
    ]);
    expect(keeper.checkCall(writer, get('posts', 'alice')).denial).toBeUndefined();
    expect(keeper.checkCall(writer, get('posts', 'bob')).denial).toBeDefined();
    expect(keeper.checkCall(writer, get('posts', 'alice')).denial).toBeUndefined();
  });

  it("takes the resource's own policy into account", () => {
    const resourcePolicies = new Map([
      [
        queue,
        source(
          'QueuePolicy',
          statement({ Principal: { AWS: accountId }, Action: 'sqs:SendMessage' }),
          statement({ Effect: 'Deny', Principal: '*', Action: 'sqs:PurgeQueue' }),
        ),
      ],
    ]);
    const keeper = gatekeeper([source('p', statement({ Action: 'sqs:*' }))], { resourcePolicies });
    const call = (operation: string) =>
      keeper.checkCall(writer, {
        service: 'sqs',
        operation,
        input: { QueueUrl: 'http://127.0.0.1/1/orders' },
      });
    expect(call('SendMessage').denial).toBeUndefined();
    expect(call('PurgeQueue').denial?.message).toMatch(
      / with an explicit deny in a resource-based policy$/,
    );
  });

  it('allows everything to the operator, and to a function whose role is unknown', () => {
    const roles = new Map([
      ['Writer', { policies: [], unchecked: 'its role is not in the template' }],
    ]);
    const keeper = gatekeeper([], { roles });
    expect(keeper.checkCall(operator, get('posts')).denial).toBeUndefined();
    expect(keeper.checkCall(writer, get('posts')).denial).toBeUndefined();
    expect([...keeper.unchecked]).toEqual([['Writer', 'its role is not in the template']]);
  });

  it('reports the parts of the policies that it did not understand', () => {
    const keeper = gatekeeper([source('Writer.Policies[0]', statement({ Action: 'GetItem' }))]);
    expect(keeper.problems).toEqual([
      {
        policy: 'Writer.Policies[0]',
        statement: 0,
        message: 'Action "GetItem" is not understood; expected service:Action or *',
      },
    ]);
    expect(keeper.checkCall(writer, get('posts')).denial).toBeDefined();
  });

  it('checks requests to endpoints that are not a service’s API', () => {
    const api = `arn:aws:execute-api:${region}:${accountId}:abc/dev/POST/@connections`;
    const keeper = gatekeeper([
      source('p', statement({ Action: 'execute-api:ManageConnections', Resource: `${api}/*` })),
    ]);
    const push = (resource: string) =>
      keeper.check(writer, { action: 'execute-api:ManageConnections', resource }).denial;
    expect(push(`${api}/Q1=`)).toBeUndefined();
    expect(push(`${api.replace('POST', 'DELETE')}/Q1=`)).toBeDefined();
  });
});
