import { generateKeyPairSync } from 'node:crypto';
import { createApiClient } from '@blogapp/api-client';
import { RawClient } from '@blogapp/realtime-client/raw';
import { SUBPROTOCOL } from '@blogapp/shared-types';
import { signedToken } from './support/signing-keys.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();

/** Only a stack that this run started trusts the key of the run. */
const withOwnKey = process.env.E2E_SIGNING_KEY === undefined ? describe.skip : describe;

withOwnKey('a token with a signature', () => {
  const strangersKey = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();

  test('signs in at both APIs', async () => {
    const token = signedToken({ sub: 'e2e-signed', name: 'Signed' });
    const api = createApiClient({ baseUrl: target.HttpApiUrl, token });
    const { post } = await api.posts.create({ title: 'Signed', body: 'x' });
    expect(post).toMatchObject({ authorId: 'e2e-signed', authorName: 'Signed' });
    const client = await RawClient.connect(target.WebSocketUrl, { idToken: token });
    expect(client.protocol).toBe(SUBPROTOCOL);
    await client.close();
  });

  test.each([
    ['by somebody else', () => signedToken({}, { key: strangersKey() })],
    ['with a key that is not known', () => signedToken({}, { kid: 'another' })],
    ['for another project', () => signedToken({ aud: 'another' })],
    ['long ago', () => signedToken({ exp: 1 })],
    ['and then changed', () => changed(signedToken())],
  ])('made %s is refused at both', async (_case, make) => {
    const token = make();
    const response = await fetch(new URL('/me/favorites', target.HttpApiUrl), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
    const handshake = RawClient.connect(target.WebSocketUrl, { idToken: token });
    await expect(handshake).rejects.toMatchObject({ status: 401 });
  });
});

/** The token with another user, but with the signature for the first user. */
function changed(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
  return `${header}.${other}.${signature}`;
}
