import { createContext, evaluate, parsePolicy, type ContextValue, type Decision } from './index.ts';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/reader`;
const POSTS = `arn:aws:dynamodb:ap-northeast-1:${ACCOUNT}:table/posts`;

type Json = Readonly<Record<string, unknown>>;

interface Setup {
  readonly identity?: readonly Json[];
  readonly boundary?: readonly Json[];
  readonly resourcePolicy?: readonly Json[];
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
  readonly version?: string;
}

function decide(setup: Setup): Decision {
  const document = (statements: readonly Json[]): Json => ({
    Version: setup.version ?? '2012-10-17',
    Statement: statements,
  });
  const { identity = [], boundary, resourcePolicy } = setup;
  return evaluate(
    {
      principalArn: SESSION,
      action: setup.action ?? 'dynamodb:GetItem',
      resource: setup.resource ?? POSTS,
      context: createContext(setup.context),
    },
    {
      identity: [parsePolicy('Function.Policies[0]', document(identity), { type: 'identity' })],
      ...(boundary && {
        boundary: parsePolicy('Boundary', document(boundary), { type: 'identity' }),
      }),
      ...(resourcePolicy && {
        resource: parsePolicy('Queue', document(resourcePolicy), { type: 'resource' }),
      }),
    },
    { type: 'aws', arn: SESSION, accountId: ACCOUNT },
  );
}

const allow = (statement: Json = {}): Json => ({
  Effect: 'Allow',
  Action: 'dynamodb:GetItem',
  Resource: POSTS,
  ...statement,
});
const deny = (statement: Json = {}): Json => ({ ...allow(statement), Effect: 'Deny' });

describe('evaluate', () => {
  it('denies what no statement allows', () => {
    expect(decide({})).toEqual({ allowed: false, reason: 'implicitDeny', policyType: 'identity' });
  });

  it('allows what a statement allows, and says which one', () => {
    const decision = decide({ identity: [allow({ Action: 's3:*' }), allow()] });
    expect(decision).toMatchObject({
      allowed: true,
      statement: { policy: 'Function.Policies[0]', index: 1 },
    });
  });

  it.each([
    ['an action of another service', { Action: 's3:GetObject' }, false],
    ['an action in another case', { Action: 'DYNAMODB:getitem' }, true],
    ['wildcards in the action', { Action: 'dynamodb:?et*' }, true],
    ['one of several actions', { Action: ['dynamodb:PutItem', 'dynamodb:GetItem'] }, true],
    ['all but another action', { Action: undefined, NotAction: 'dynamodb:PutItem' }, true],
    ['all but this action', { Action: undefined, NotAction: 'dynamodb:Get*' }, false],
    ['every resource', { Resource: '*' }, true],
    ['a resource in another case', { Resource: POSTS.replace('posts', 'Posts') }, false],
    ['another region', { Resource: POSTS.replace('ap-northeast-1', 'us-east-1') }, false],
    ['wildcards in the segments', { Resource: 'arn:aws:dynamodb:*:*:table/po?ts' }, true],
    ['a wildcard that would have to match a colon', { Resource: 'arn:aws:*:table/posts' }, false],
    ['an ARN that ends early with a wildcard', { Resource: 'arn:aws:dynamodb:*' }, true],
    ['all but this resource', { Resource: undefined, NotResource: POSTS }, false],
    ['the indexes of the table only', { Resource: `${POSTS}/index/*` }, false],
  ])('reads %s', (_name, statement, allowed) => {
    expect(decide({ identity: [allow(statement)] }).allowed).toBe(allowed);
  });

  it('lets a statement that denies win, wherever it is', () => {
    const setups: Setup[] = [
      { identity: [allow(), deny()] },
      { identity: [allow()], boundary: [allow({ Action: '*', Resource: '*' }), deny()] },
      { identity: [allow()], resourcePolicy: [deny({ Principal: '*' })] },
    ];
    expect(setups.map((setup) => decide(setup))).toMatchObject([
      { allowed: false, reason: 'explicitDeny', policyType: 'identity', statement: { index: 1 } },
      { allowed: false, reason: 'explicitDeny', policyType: 'boundary', statement: { index: 1 } },
      { allowed: false, reason: 'explicitDeny', policyType: 'resource', statement: { index: 0 } },
    ]);
  });

  it('allows no more than the boundary does', () => {
    const identity = [allow({ Action: 'dynamodb:*' })];
    expect(decide({ identity, boundary: [allow()] }).allowed).toBe(true);
    expect(decide({ identity, boundary: [allow({ Action: 'dynamodb:PutItem' })] })).toEqual({
      allowed: false,
      reason: 'implicitDeny',
      policyType: 'boundary',
    });
  });

  it.each([
    ['the role', { AWS: ROLE }, true, false],
    ['the session', { AWS: SESSION }, true, true],
    ['everybody', '*', true, true],
    ['every AWS principal', { AWS: '*' }, true, true],
    ['the account, so that identity policies decide', { AWS: ACCOUNT }, false, false],
    ['another role', { AWS: `arn:aws:iam::${ACCOUNT}:role/other` }, false, false],
    ['a service', { Service: 'sns.amazonaws.com' }, false, false],
  ])('reads a resource policy for %s', (_name, Principal, allowed, pastBoundary) => {
    const resourcePolicy = [allow({ Principal })];
    expect(decide({ resourcePolicy }).allowed).toBe(allowed);
    expect(decide({ resourcePolicy, boundary: [allow({ Action: 's3:*' })] }).allowed).toBe(
      pastBoundary,
    );
  });

  it('allows a service that a resource policy names', () => {
    const resource = parsePolicy(
      'Queue',
      {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: '*',
          Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:*:*:orders' } },
        },
      },
      { type: 'resource' },
    );
    const send = (sourceArn: string): boolean =>
      evaluate(
        {
          principalArn: 'sns.amazonaws.com',
          action: 'sqs:SendMessage',
          resource: `arn:aws:sqs:ap-northeast-1:${ACCOUNT}:orders`,
          context: createContext({ 'aws:SourceArn': sourceArn }),
        },
        { identity: [], resource },
        { type: 'service', name: 'sns.amazonaws.com' },
      ).allowed;
    expect(send(`arn:aws:sns:ap-northeast-1:${ACCOUNT}:orders`)).toBe(true);
    expect(send(`arn:aws:sns:ap-northeast-1:${ACCOUNT}:bills`)).toBe(false);
  });

  describe('policy variables', () => {
    const identity = [allow({ Resource: POSTS.replace('posts', '${aws:PrincipalTag/table}') })];

    it('have the value of the context key, in which wildcards are ordinary characters', () => {
      expect(decide({ identity, context: { 'aws:principaltag/TABLE': 'posts' } }).allowed).toBe(
        true,
      );
      expect(decide({ identity, context: { 'aws:PrincipalTag/table': 'p*' } }).allowed).toBe(false);
    });

    it('match nothing without a value, even if the pattern is negated', () => {
      const { Resource: NotResource } = identity[0] ?? {};
      expect(decide({ identity }).allowed).toBe(false);
      expect(decide({ identity: [allow({ Resource: undefined, NotResource })] }).allowed).toBe(
        false,
      );
      const Condition = { StringNotLike: { 'aws:username': '${aws:PrincipalTag/table}*' } };
      const context = { 'aws:username': 'alice' };
      expect(decide({ identity: [allow({ Condition })], context }).allowed).toBe(false);
    });

    it('match nothing if the key has a list of values', () => {
      const context = { 'aws:PrincipalTag/table': ['posts'] };
      expect(decide({ identity, context }).allowed).toBe(false);
    });

    it('have their default without a value', () => {
      const Resource = POSTS.replace('posts', "${aws:PrincipalTag/table, 'posts'}");
      expect(decide({ identity: [allow({ Resource })] }).allowed).toBe(true);
    });

    it('stand for the characters themselves as ${*}, ${?} and ${$}', () => {
      const Resource = `${POSTS}-\${*}\${?}\${$}`;
      expect(decide({ identity: [allow({ Resource })], resource: `${POSTS}-*?$` }).allowed).toBe(
        true,
      );
      expect(decide({ identity: [allow({ Resource })], resource: `${POSTS}-abc` }).allowed).toBe(
        false,
      );
    });

    it('are ordinary text in the older version of the language', () => {
      const context = { 'aws:PrincipalTag/table': 'posts' };
      expect(decide({ identity, context, version: '2008-10-17' }).allowed).toBe(false);
    });
  });
});
