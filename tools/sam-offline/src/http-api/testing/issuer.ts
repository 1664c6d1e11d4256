import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The key that signs tokens. */
export const key = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface Issuer {
  readonly url: string;
  /** The requested paths. */
  readonly requests: string[];
  /** The keys that are served. A test may change them. */
  readonly keys: Map<string, KeyObject>;
  jwksUri: string;
  status: number;
  server: Server;
}

const issuers: Issuer[] = [];

/** Starts an OpenID Connect issuer on this machine. */
export async function startIssuer(): Promise<Issuer> {
  const server = createServer((incoming, outgoing) => {
    issuer.requests.push(incoming.url ?? '');
    const jwks = [...issuer.keys].map(([kid, one]) => ({
      ...one.export({ format: 'jwk' }),
      kid,
      alg: 'RS256',
      use: 'sig',
    }));
    const document =
      incoming.url === '/jwks' ? { keys: jwks } : { issuer: issuer.url, jwks_uri: issuer.jwksUri };
    outgoing.writeHead(issuer.status, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(document));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    requests: [],
    keys: new Map([['k1', key.publicKey]]),
    jwksUri: `${url}/jwks`,
    status: 200,
    server,
  };
  issuers.push(issuer);
  return issuer;
}

/** Closes every issuer. */
export async function closeIssuers(): Promise<void> {
  for (const { server } of issuers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
}

export interface TokenParts {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly privateKey?: KeyObject;
}

/** Makes a signed token of an issuer. */
export function token(issuer: Issuer, { header, claims, privateKey }: TokenParts = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'k1', ...header })}.${encode({
    iss: issuer.url,
    aud: 'shop-app',
    sub: 'u1',
    iat: now - 10,
    exp: now + 3600,
    ...claims,
  })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey ?? key.privateKey).toString('base64url')}`;
}
