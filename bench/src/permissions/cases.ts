/** A request and the policies that decide on it, as plain JSON, which both evaluators read. */
export interface PermissionCase {
  readonly identityPolicies: readonly PolicyJson[];
  readonly boundary?: PolicyJson;
  readonly resourcePolicy?: PolicyJson;
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface PolicyJson {
  readonly Version: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

export const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/reader`;
const REGION = 'ap-northeast-1';

const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:`;
const API = `arn:aws:execute-api:${REGION}:${ACCOUNT}:`;

/** The requests: an action, and the resources that it may have. */
const REQUESTS: readonly (readonly [action: string, resources: readonly string[]])[] = [
  ['dynamodb:GetItem', [`${TABLE}posts`, `${TABLE}posts-archive`]],
  ['dynamodb:Query', [`${TABLE}posts/index/byAuthor`, `${TABLE}comments`]],
  ['dynamodb:PutItem', [`${TABLE}comments`, `${TABLE}posts`]],
  ['dynamodb:DeleteItem', [`${TABLE}posts`]],
  ['sqs:SendMessage', [`${QUEUE}orders`, `${QUEUE}orders.fifo`]],
  ['sqs:ReceiveMessage', [`${QUEUE}orders`]],
  ['execute-api:ManageConnections', [`${API}abc123/dev/POST/@connections/Q1=`]],
  ['lambda:InvokeFunction', [`arn:aws:lambda:${REGION}:${ACCOUNT}:function:reader:live`]],
];

const ACTION_PATTERNS = [
  ...['*', 'dynamodb:*', 'dynamodb:Get*', 'dynamodb:*Item', 'DynamoDB:getitem', 'dynamodb:Quer?'],
  ...['sqs:*', 'sqs:SendMessage', 'sqs:?eceiveMessage', 'SQS:send*', 'execute-api:*'],
  ...['execute-api:ManageConnections', 'lambda:Invoke*', 's3:*', 'dynamodb:PutItem'],
];

const RESOURCE_PATTERNS = [
  ...['*', `${TABLE}*`, `${TABLE}posts`, `${TABLE}posts*`, `${TABLE}posts/index/*`],
  ...[`${TABLE}?osts`, `arn:aws:dynamodb:*:*:table/comments`, `arn:*:dynamodb:*:${ACCOUNT}:*`],
  ...[`arn:aws:sqs:*:*:orders`, `${QUEUE}orders*`, `${QUEUE}\${aws:PrincipalTag/queue}`],
  ...[`${API}abc123/*/POST/@connections/*`, `${API}*/dev/*`, `${API}abc123/prod/*`],
  ...[`${TABLE}\${aws:PrincipalTag/table}`, `${TABLE}\${aws:PrincipalTag/missing}`],
  ...[`arn:aws:lambda:*:*:function:reader*`, `arn:aws:lambda:*:*:function:reader`],
  `${TABLE}\${aws:PrincipalTag/missing, 'posts'}`,
];

/** Condition keys with one value, and the values that requests and policies choose from. */
const SINGLE: Readonly<Record<string, readonly string[]>> = {
  'aws:RequestedRegion': [REGION, 'us-east-1'],
  'aws:SourceArn': [`${TABLE}posts`, `${QUEUE}orders`, 'arn:aws:s3:::bucket'],
  'aws:PrincipalTag/table': ['posts', 'comments', 'po*'],
  'aws:PrincipalTag/queue': ['orders', 'orders.fifo'],
  'aws:SourceIp': ['203.0.113.7', '10.1.2.3', '2001:db8::1'],
  'aws:CurrentTime': ['2026-11-24T00:00:00Z', '2026-11-26T12:00:00Z'],
  'aws:EpochTime': ['1790000000', '1800000000'],
  'aws:SecureTransport': ['true', 'false'],
  'aws:MultiFactorAuthAge': ['10', '3600', '-1'],
  'dynamodb:Select': ['ALL_ATTRIBUTES', 'COUNT'],
};

/** Condition keys with a list of values. */
const MULTIPLE: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:LeadingKeys': ['alice', 'bob', 'alice-2'],
  'dynamodb:Attributes': ['title', 'body', 'secret'],
  'aws:TagKeys': ['team', 'stage'],
};

const OPERATORS: readonly (readonly [
  operator: string,
  keys: readonly string[],
  values: readonly string[],
])[] = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'].map(
    (operator) =>
      [
        operator,
        [
          'aws:RequestedRegion',
          'aws:PrincipalTag/table',
          'dynamodb:Select',
          'aws:principaltag/TABLE',
        ],
        [
          REGION,
          'US-EAST-1',
          'posts',
          'POSTS',
          'po*',
          'COUNT',
          '${aws:PrincipalTag/table}',
          '${*}',
        ],
      ] as const,
  ),
  ...['StringLike', 'StringNotLike'].map(
    (operator) =>
      [
        operator,
        ['aws:RequestedRegion', 'aws:PrincipalTag/table', 'dynamodb:Select'],
        [
          'ap-*',
          '*',
          'po?ts',
          'po${*}',
          'C*T',
          '${aws:PrincipalTag/table}',
          '${aws:PrincipalTag/missing}*',
        ],
      ] as const,
  ),
  ...[
    'NumericEquals',
    'NumericNotEquals',
    'NumericLessThan',
    'NumericLessThanEquals',
    'NumericGreaterThan',
    'NumericGreaterThanEquals',
  ].map((operator) => [operator, ['aws:MultiFactorAuthAge'], ['10', '3600', '60', '-1']] as const),
  ...[
    'DateEquals',
    'DateNotEquals',
    'DateLessThan',
    'DateLessThanEquals',
    'DateGreaterThan',
    'DateGreaterThanEquals',
  ].map(
    (operator) =>
      [
        operator,
        ['aws:CurrentTime', 'aws:EpochTime'],
        ['2026-11-25T00:00:00Z', '2026-11-24T00:00:00Z', '1790000000'],
      ] as const,
  ),
  ['Bool', ['aws:SecureTransport'], ['true', 'false']],
  ['IpAddress', ['aws:SourceIp'], ['203.0.113.0/24', '10.0.0.0/8', '2001:db8::/32', '10.1.2.3']],
  ['NotIpAddress', ['aws:SourceIp'], ['203.0.113.0/24', '10.0.0.0/8', '2001:db8::/32']],
  ...['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'].map(
    (operator) =>
      [
        operator,
        ['aws:SourceArn', 'aws:PrincipalArn'],
        [
          `${TABLE}*`,
          `${TABLE}posts`,
          'arn:aws:s3:::*',
          'arn:aws:sqs:*:*:ord?rs',
          ROLE,
          'arn:aws:iam::*:role/*',
        ],
      ] as const,
  ),
  [
    'Null',
    ['aws:PrincipalTag/table', 'aws:PrincipalTag/missing', 'dynamodb:Select'],
    ['true', 'false'],
  ],
];

const QUANTIFIED = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
];
const LISTED_VALUES = ['alice', 'bob', 'ali*', 'title', 'body', 'Secret', 'team', '*', 'nobody'];

/** Makes the cases of a seed: the same seed gives the same cases. */
export function* generateCases(seed: number, count: number): Generator<PermissionCase> {
  const random = createRandom(seed);
  for (let index = 0; index < count; index += 1) yield generateCase(random);
}

function generateCase(random: Random): PermissionCase {
  const [action, resources] = random.one(REQUESTS);
  const hasBoundary = random.chance(0.2);
  const hasResourcePolicy = random.chance(0.25);
  return {
    identityPolicies: random.list(0, 3, () => policy(random, 'identity')),
    ...(hasBoundary && { boundary: policy(random, 'identity') }),
    ...(hasResourcePolicy && { resourcePolicy: policy(random, 'resource') }),
    principalArn: SESSION,
    action,
    resource: random.one(resources),
    context: context(random),
  };
}

function policy(random: Random, type: 'identity' | 'resource'): PolicyJson {
  return {
    Version: random.chance(0.9) ? '2012-10-17' : '2008-10-17',
    Statement: random.list(1, 3, () => ({
      Effect: random.chance(0.75) ? 'Allow' : 'Deny',
      ...patterns(random, 'Action', ACTION_PATTERNS),
      ...patterns(random, 'Resource', RESOURCE_PATTERNS),
      ...(type === 'resource' && { Principal: principal(random) }),
      ...(random.chance(0.45) && { Condition: conditions(random) }),
    })),
  };
}

function patterns(
  random: Random,
  element: string,
  from: readonly string[],
): Record<string, unknown> {
  const name = random.chance(0.12) ? `Not${element}` : element;
  const listed = random.list(1, 4, () => random.one(from));
  const [only] = listed;
  return { [name]: listed.length === 1 && random.chance(0.5) ? only : listed };
}

function principal(random: Random): unknown {
  return random.one<unknown>([
    '*',
    { AWS: '*' },
    { AWS: ROLE },
    { AWS: SESSION },
    { AWS: [`arn:aws:iam::${ACCOUNT}:role/other`, ROLE] },
    { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    { AWS: `arn:aws:iam::${ACCOUNT}:role/other` },
    { Service: 'sns.amazonaws.com' },
  ]);
}

function conditions(random: Random): Record<string, Record<string, unknown>> {
  const block: Record<string, Record<string, unknown>> = {};
  for (let index = random.below(2); index >= 0; index -= 1) {
    if (random.chance(0.3)) {
      const quantifier = random.one(['ForAllValues', 'ForAnyValue']);
      const suffix = random.chance(0.2) ? 'IfExists' : '';
      const operator = `${quantifier}:${random.one(QUANTIFIED)}${suffix}`;
      const key = random.one(Object.keys(MULTIPLE));
      block[operator] = { [key]: random.list(1, 3, () => random.one(LISTED_VALUES)) };
      continue;
    }
    const [name, keys, values] = random.one(OPERATORS);
    const operator = name !== 'Null' && random.chance(0.25) ? `${name}IfExists` : name;
    const count = name === 'Null' || name === 'Bool' ? 1 : 3;
    block[operator] = { [random.one(keys)]: random.list(1, count, () => random.one(values)) };
  }
  return block;
}

function context(random: Random): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = { 'aws:PrincipalArn': ROLE };
  for (const [key, from] of Object.entries(SINGLE)) {
    if (random.chance(0.6)) values[key] = random.one(from);
  }
  for (const [key, from] of Object.entries(MULTIPLE)) {
    if (random.chance(0.6)) values[key] = random.list(1, 3, () => random.one(from));
  }
  return values;
}

interface Random {
  /** A whole number from 0, below the limit. */
  below(limit: number): number;
  chance(probability: number): boolean;
  one<T>(from: readonly T[]): T;
  list<T>(least: number, most: number, make: () => T): T[];
}

/** Mulberry32: a small generator whose numbers depend only on the seed. */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    one(from) {
      const chosen = from[below(from.length)];
      if (chosen === undefined) throw new Error('there is nothing to choose from');
      return chosen;
    },
    list: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make),
  };
}
