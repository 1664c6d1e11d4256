import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

/** Making a key takes a tenth of a second, so issuers begin with the same one. */
let firstKey: SigningKey | undefined;

/** Signs tokens with RSA keys of its own, and serves the keys as a JWKS over HTTP. */
export class TestIssuer {
  readonly projectId = 'demo-blogapp';
  /** How many requests for the JWKS there were. */
  requests = 0;
  /** Headers of the response with the JWKS. */ headers: Record<string, string> = {
    'cache-control': 'public, max-age=3600',
  };
  /** Status of the response with the JWKS. */ status = 200;
  #key = (firstKey ??= newKey());
  readonly #server: Server;
  #uri = '';

  private constructor() {
    this.#server = createServer((_request, response) => {
      this.requests += 1;
      response.writeHead(this.status, { ...this.headers, 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: [this.#key.jwk] }));
    });
  }

  static async start(): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    await new Promise<void>((done) => issuer.#server.listen(0, '127.0.0.1', done));
    const address = issuer.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    issuer.#uri = `http://127.0.0.1:${port}/jwks`;
    return issuer;
  }

  get jwksUri(): string {
    return this.#uri;
  }

  /** Signs with a new key from now on; the JWKS does not have the old one any more. */
  rotate(): void {
    this.#key = newKey();
  }

  /** The payload of a valid token with some claims replaced; undefined removes a claim. */
  payload(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: `https://securetoken.google.com/${this.projectId}`,
      aud: this.projectId,
      auth_time: now - 60,
      sub: 'alice',
      iat: now,
      exp: now + 3600,
      ...overrides,
    };
  }

  /** A token that is signed with the current key, whatever its header says. */
  token(
    payload: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
  ): string {
    const key = this.#key;
    const input = encode(
      { alg: 'RS256', typ: 'JWT', kid: key.kid, ...header },
      this.payload(payload),
    );
    return `${input}.${sign('sha256', Buffer.from(input), key.privateKey).toString('base64url')}`;
  }

  /** A token in the form of the Firebase Auth emulator's. */
  unsignedToken(payload: Readonly<Record<string, unknown>> = {}): string {
    return `${encode({ alg: 'none', typ: 'JWT' }, this.payload(payload))}.`;
  }

  async stop(): Promise<void> {
    await new Promise((done) => {
      this.#server.close(done);
      this.#server.closeAllConnections();
    });
  }
}

function encode(...parts: readonly object[]): string {
  return parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

function newKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, jwk };
}
