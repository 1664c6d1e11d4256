import { generateKeyPairSync } from 'node:crypto';
import { request } from 'undici';
import type { HttpAuthorization } from '../template/index.ts';
import { closeServers, httpApi, route, startServer } from './testing/harness.ts';
import { closeIssuers, startIssuer, token, type TokenParts } from './testing/issuer.ts';

const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 });

afterEach(async () => {
  await closeServers();
  await closeIssuers();
});

async function start(scopes: readonly string[] = [], format: '1.0' | '2.0' = '2.0') {
  const issuer = await startIssuer();
  const authorization: HttpAuthorization = {
    type: 'jwt',
    name: 'Firebase',
    identitySource: '$request.header.Authorization',
    issuer: issuer.url,
    audience: ['other', 'shop-app'],
    scopes,
  };
  const server = await startServer(undefined, {
    apis: [
      httpApi({ routes: [route('GET /me', { authorization, payloadFormatVersion: format })] }),
    ],
  });
  const call = async (value: string | undefined) => {
    const { statusCode, headers, body } = await request(`${server.url}/me`, {
      headers: value === undefined ? {} : { authorization: value },
    });
    return { statusCode, challenge: headers['www-authenticate'], body: await body.text() };
  };
  return { issuer, call, invoker: server.invoker, lines: server.lines };
}

const invalid = (description: string, scope = '') => ({
  statusCode: 401,
  body: '{"message":"Unauthorized"}',
  challenge: `Bearer scope="${scope}" error="invalid_token" error_description="${description}"`,
});

describe('a route with a JWT authorizer', () => {
  it('gives the function the claims, all as strings', async () => {
    const { issuer, call, invoker } = await start();
    const claims = {
      email_verified: true,
      'cognito:groups': ['admin', 'editor'],
      firebase: { sign_in_provider: 'password', identities: { email: ['a@b.c'] } },
      nothing: null,
    };
    expect(await call(`Bearer ${token(issuer, { claims })}`)).toMatchObject({ statusCode: 200 });
    expect(invoker.lastEvent.requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          iss: issuer.url,
          aud: 'shop-app',
          sub: 'u1',
          iat: expect.stringMatching(/^\d{10}$/) as unknown,
          exp: expect.stringMatching(/^\d{10}$/) as unknown,
          email_verified: 'true',
          'cognito:groups': '[admin editor]',
          firebase: 'map[identities:map[email:[a@b.c]] sign_in_provider:password]',
          nothing: '<nil>',
        },
        scopes: null,
      },
    });
  });

  it('has the claims in payload format 1.0', async () => {
    const { issuer, call, invoker } = await start([], '1.0');
    await call(token(issuer));
    expect(invoker.lastEvent.requestContext.authorizer).toMatchObject({
      claims: { sub: 'u1' },
      scopes: null,
    });
  });

  it.each([
    ['without the word Bearer', (jwt: string) => jwt],
    ['with it in another case', (jwt: string) => `bearer ${jwt}`],
  ])('accepts a token %s', async (_what, write) => {
    const { issuer, call } = await start();
    expect(await call(write(token(issuer)))).toMatchObject({ statusCode: 200 });
  });

  it('fetches the issuer’s keys once', async () => {
    const { issuer, call } = await start();
    await Promise.all([call(token(issuer)), call(token(issuer)), call(token(issuer))]);
    await call(token(issuer));
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it('fetches the keys again for an unknown key id', async () => {
    const { issuer, call } = await start();
    expect(await call(token(issuer))).toMatchObject({ statusCode: 200 });
    issuer.keys.set('k2', otherKey.publicKey);
    const rotated = token(issuer, { header: { kid: 'k2' }, privateKey: otherKey.privateKey });
    expect(await call(rotated)).toMatchObject({ statusCode: 200 });
  });

  it('responds with 401 and a plain challenge to a request without a token', async () => {
    const { call, invoker } = await start();
    expect(await call(undefined)).toEqual({
      statusCode: 401,
      challenge: 'Bearer',
      body: '{"message":"Unauthorized"}',
    });
    expect(invoker.invocations).toEqual([]);
  });

  const seconds = () => Math.floor(Date.now() / 1000);
  const wrong: [string, TokenParts, string][] = [
    ['another audience', { claims: { aud: 'x' } }, 'the token does not have a valid audience'],
    ['no audience', { claims: { aud: undefined } }, 'the token does not have a valid audience'],
    [
      'a wrong aud and a right client_id',
      { claims: { aud: 'x', client_id: 'shop-app' } },
      'the token does not have a valid audience',
    ],
    ['an expiry in the past', { claims: { exp: seconds() - 5 } }, 'the token has expired'],
    ['no expiry', { claims: { exp: undefined } }, 'the token has no expiry'],
    ['a start in the future', { claims: { nbf: seconds() + 60 } }, 'the token is not valid'],
    [
      'a time of issue in the future',
      { claims: { iat: seconds() + 60 } },
      'the token was issued in the future',
    ],
    ['another issuer', { claims: { iss: 'http://127.0.0.1:1' } }, 'the token is not valid'],
    ['another key', { privateKey: otherKey.privateKey }, 'the token is not valid'],
    ['an unknown key id', { header: { kid: 'k9' } }, 'the token is not valid'],
    ['no key id', { header: { kid: undefined } }, 'the token is not valid'],
    ['no algorithm', { header: { alg: 'none' } }, 'the token is not signed with an RSA algorithm'],
    ['an HMAC', { header: { alg: 'HS256' } }, 'the token is not signed with an RSA algorithm'],
    [
      'an elliptic curve',
      { header: { alg: 'ES256' } },
      'the token is not signed with an RSA algorithm',
    ],
  ];
  it.each(wrong)('responds with 401 to a token with %s', async (_what, parts, description) => {
    const { issuer, call, invoker, lines } = await start();
    expect(await call(`Bearer ${token(issuer, parts)}`)).toEqual(invalid(description));
    expect(invoker.invocations).toEqual([]);
    expect(lines.join()).toContain('401 by Firebase');
  });

  it.each(['x', 'a.b.c', 'Bearer', 'Basic dTpw', '..'])(
    'responds with 401 to %s',
    async (value) => {
      const { call } = await start();
      expect(await call(value)).toMatchObject({ statusCode: 401 });
    },
  );

  it('uses client_id as the audience if there is no aud', async () => {
    const { issuer, call } = await start();
    const jwt = token(issuer, { claims: { aud: undefined, client_id: 'shop-app' } });
    expect(await call(jwt)).toMatchObject({ statusCode: 200 });
  });

  it.each([
    ['scope', { scope: 'posts:read posts:write' }],
    ['scp', { scp: ['posts:read', 'posts:write'] }],
  ])('needs one of the route’s scopes, in %s', async (_what, claims) => {
    const { issuer, call, invoker } = await start(['posts:write', 'admin']);
    expect(await call(token(issuer, { claims }))).toMatchObject({ statusCode: 200 });
    expect(invoker.lastEvent.requestContext.authorizer).toMatchObject({
      jwt: { scopes: ['posts:read', 'posts:write'] },
    });
  });

  it.each([{ scope: 'posts:read' }, {}])(
    'responds with 403 to a token without a scope of the route: %j',
    async (claims) => {
      const { issuer, call, invoker } = await start(['posts:write', 'admin']);
      expect(await call(token(issuer, { claims }))).toEqual({
        statusCode: 403,
        body: '{"message":"Forbidden"}',
        challenge:
          'Bearer scope="posts:write admin" error="insufficient_scope" error_description="the token does not contain a sufficient scope"',
      });
      expect(invoker.invocations).toEqual([]);
    },
  );

  it('responds with 401 while the issuer does not respond, and accepts the token afterwards', async () => {
    const { issuer, call, lines } = await start();
    issuer.status = 500;
    expect(await call(token(issuer))).toEqual(
      invalid('OIDC discovery endpoint communication error'),
    );
    expect(lines.join()).toContain('its status is 500');
    issuer.status = 200;
    expect(await call(token(issuer))).toMatchObject({ statusCode: 200 });
  });

  it('fetches keys over HTTP only from this machine', async () => {
    const { issuer, call, lines } = await start();
    issuer.jwksUri = 'http://keys.example/jwks';
    expect(await call(token(issuer))).toMatchObject({ statusCode: 401 });
    expect(lines.join()).toContain('needs HTTPS');
  });
});
