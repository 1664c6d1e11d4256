import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import * as z from 'zod';

const KEY_ID = 'e2e';

/** An issuer of ID tokens for a stack on this machine, which serves its key as a JWKS. */
export interface SigningKeys {
  readonly uri: string;
  stop(): Promise<void>;
}

/** Serves a new key, and puts its private part into `E2E_SIGNING_KEY` for the tests. */
export async function serveSigningKeys(): Promise<SigningKeys> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  process.env.E2E_SIGNING_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'cache-control': 'public, max-age=3600' });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    uri: `http://127.0.0.1:${port}/jwks`,
    async stop() {
      await new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      });
    },
  };
}

/** A token that is signed like Google's, with the key in `E2E_SIGNING_KEY` or with another one. */
export function signedToken(
  claims: Readonly<Record<string, unknown>> = {},
  { kid = KEY_ID, key = process.env.E2E_SIGNING_KEY ?? '' } = {},
): string {
  const now = Math.floor(Date.now() / 1000);
  const project = process.env.FIREBASE_PROJECT_ID ?? 'demo-blogapp';
  const payload = {
    iss: `https://securetoken.google.com/${project}`,
    aud: project,
    sub: 'e2e-signed',
    auth_time: now,
    iat: now,
    exp: now + 3600,
    ...claims,
  };
  const input = [{ alg: 'RS256', typ: 'JWT', kid }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}
