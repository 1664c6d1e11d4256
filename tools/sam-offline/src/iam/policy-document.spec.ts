import { createContext } from './request.ts';
import { evaluate, parsePolicy } from './index.ts';

const statement = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' };

function problemsOf(document: unknown, type: 'identity' | 'resource' = 'identity'): string[] {
  return parsePolicy('Fn.Policies[0]', document, { type }).problems.map(({ message }) => message);
}

function parse(...statements: unknown[]): ReturnType<typeof parsePolicy> {
  return parsePolicy(
    'Fn.Policies[0]',
    { Version: '2012-10-17', Statement: statements },
    { type: 'identity' },
  );
}

function allows(...statements: unknown[]): boolean {
  const request = { principalArn: 'a', action: 'dynamodb:GetItem', context: createContext() };
  return evaluate(
    { ...request, resource: 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/posts' },
    { identity: [parse(...statements)] },
    { type: 'aws', arn: 'a', accountId: '123456789012' },
  ).allowed;
}

describe('parsePolicy', () => {
  it('accepts a statement that is not in a list', () => {
    expect(problemsOf({ Version: '2012-10-17', Statement: statement })).toEqual([]);
  });

  it('accepts numbers and booleans where a condition expects a string', () => {
    const Condition = {
      Bool: { 'aws:SecureTransport': true },
      NumericLessThan: { 'aws:MultiFactorAuthAge': 60 },
    };
    expect(parse({ ...statement, Condition }).problems).toEqual([]);
  });

  it.each<[name: string, value: unknown, message: string]>([
    ['a text', 'Allow', 'a statement is an object'],
    [
      'no effect',
      { ...statement, Effect: undefined },
      'Effect is undefined; expected "Allow" or "Deny"',
    ],
    ['no action', { ...statement, Action: undefined }, 'there is neither Action nor NotAction'],
    [
      'two kinds of action',
      { ...statement, NotAction: '*' },
      'there are both Action and NotAction; expected one of them',
    ],
    [
      'no resource',
      { ...statement, Resource: undefined },
      'there is neither Resource nor NotResource',
    ],
    [
      'an action without a service',
      { ...statement, Action: 'GetItem' },
      'Action "GetItem" is not understood; expected service:Action or *',
    ],
    [
      'a resource that is not an ARN',
      { ...statement, Resource: 'PostsTable' },
      'Resource "PostsTable" is not understood; expected an ARN or *',
    ],
    [
      'a resource that is not resolved',
      { ...statement, Resource: { Ref: 'Posts' } },
      'Resource {"Ref":"Posts"} is not understood; expected an ARN or *',
    ],
    ['an empty list', { ...statement, Action: [] }, 'Action is empty; expected one or more'],
    [
      'an unknown element',
      { ...statement, Effects: 'Allow' },
      '"Effects" is not an element of a statement',
    ],
    ['a principal', { ...statement, Principal: '*' }, 'an identity policy has no Principal'],
    [
      'an unknown operator',
      { ...statement, Condition: { Equals: { 'aws:username': 'a' } } },
      'Condition: "Equals" is not a condition operator',
    ],
    [
      'a condition without keys',
      { ...statement, Condition: { Bool: 'true' } },
      'Condition.Bool is not an object of keys and values',
    ],
    [
      'a condition without values',
      { ...statement, Condition: { Bool: { 'aws:username': [] } } },
      'Condition.Bool.aws:username is neither a string nor a list of strings',
    ],
  ])('reports %s, and such a statement allows nothing', (_name, value, message) => {
    const { problems } = parse(statement, value);
    expect(problems).toEqual([{ policy: 'Fn.Policies[0]', statement: 1, message }]);
    expect(allows(value)).toBe(false);
  });

  it('denies everything that a Deny statement may mean if it was not understood', () => {
    const others = [
      { ...statement, Effect: 'Deny', Action: 'GetItem' },
      { ...statement, Effect: 'Deny', Resource: 'posts' },
      { ...statement, Effect: 'Deny', Condition: { Equals: { 'aws:username': 'a' } } },
    ];
    expect(others.map((other) => allows(statement, other))).toEqual([false, false, false]);
    expect(
      allows(statement, {
        ...statement,
        Effect: 'Deny',
        Action: 'PutItem',
        Resource: ['arn:aws:s3:::x'],
      }),
    ).toBe(true);
  });

  it.each<[document: unknown, message: string]>([
    ['{}', 'a policy document is an object with a Statement'],
    [{ Version: '2012-10-17' }, 'there is no Statement'],
    [
      { Version: '2026-01-01', Statement: [] },
      'Version "2026-01-01" is unknown; expected "2012-10-17"',
    ],
  ])('reports the mistake in the document %j', (document, message) => {
    expect(problemsOf(document)).toEqual([message]);
  });

  it.each<[principal: unknown, message: string]>([
    [undefined, 'a resource policy needs Principal or NotPrincipal, and not both'],
    ['alice', 'Principal is "alice"; expected "*" or an object such as {"AWS": "<ARN>"}'],
    [
      { User: 'alice' },
      'Principal.User is unknown; expected AWS, Service, Federated or CanonicalUser',
    ],
    [{ AWS: { Ref: 'Role' } }, 'Principal.AWS is {"Ref":"Role"}; expected a string'],
  ])('reports the mistake in the principal %j', (Principal, message) => {
    const document = { Version: '2012-10-17', Statement: [{ ...statement, Principal }] };
    expect(problemsOf(document, 'resource')).toEqual([message]);
  });
});
