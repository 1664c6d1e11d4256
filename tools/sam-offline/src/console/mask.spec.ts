import { MASK, maskSecrets, maskText } from './mask.ts';

it.each([
  ['an authorization header', { Authorization: 'Bearer a.b' }, { Authorization: MASK }],
  ['cookies', { cookies: ['a=1'] }, { cookies: [MASK] }],
  ['multi-value headers', { 'set-cookie': ['a', 'b'] }, { 'set-cookie': [MASK, MASK] }],
  ['a token in DynamoDB’s JSON', { refresh_token: { S: 'x' } }, { refresh_token: { S: MASK } }],
  ['a key that continues a list', { nextToken: 'x' }, { nextToken: 'x' }],
  [
    'JSON in a body',
    { body: '{"password":"hush","a":1}' },
    { body: `{"password":"${MASK}","a":1}` },
  ],
  ['a query string', { rawQueryString: 'token=abc&a=1' }, { rawQueryString: `token=${MASK}&a=1` }],
  ['other values', { author: 'Ann', count: 3 }, { author: 'Ann', count: 3 }],
])('masks %s', (_what, value, masked) => {
  expect(maskSecrets(value)).toEqual(masked);
});

it('masks tokens in any text by their form', () => {
  const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln';
  expect(maskText(`got ${jwt} of alice`)).toBe(`got ${MASK} of alice`);
});
