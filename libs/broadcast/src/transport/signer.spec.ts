import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { createHash, createHmac } from 'node:crypto';
import { PushSigner, type Credentials } from './signer.ts';
import { SigningKeys } from './signing-keys.ts';

/** The hash function that SignatureV4 needs. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash | typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', Buffer.from(secret as Uint8Array));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('not used');
  }
}

const printable = (minLength: number, maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength,
    maxLength,
  });

// The ids `.` and `..` are left out: every URL parser reads them as path segments.
const connectionId = fc
  .oneof(
    fc.base64String({ minLength: 4, maxLength: 24 }),
    printable(1, 40),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  )
  .filter((id) => id !== '.' && id !== '..');

const endpoint = fc.oneof(
  fc
    .constantFrom('dev', 'production', '$default', 'v1.0', 'a b', 'stage~1')
    .map(
      (stage) => new URL(`https://a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com/${stage}`),
    ),
  fc
    .constantFrom(
      'https://ws.example.com',
      'https://ws.example.com/chat/',
      'http://127.0.0.1:3002/dev',
    )
    .map((url) => new URL(url)),
);

const credentials: fc.Arbitrary<Credentials> = fc.record(
  {
    accessKeyId: fc.stringMatching(/^A[KS]IA[A-Z0-9]{16}$/),
    secretAccessKey: printable(20, 44),
    sessionToken: fc.oneof(printable(100, 900), fc.constant('')),
  },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);

async function reference(
  url: URL,
  region: string,
  held: Credentials,
  path: string,
  payload: Uint8Array,
  date: Date,
): Promise<string | undefined> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: {
      accessKeyId: held.accessKeyId,
      secretAccessKey: held.secretAccessKey,
      ...(held.sessionToken !== undefined && { sessionToken: held.sessionToken }),
    },
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path,
      query: {},
      headers: { host: url.host, 'content-type': 'application/octet-stream' },
      body: payload,
    },
    { signingDate: date },
  );
  return signed.headers.authorization;
}

/** A request as a server reads it. */
function parse(request: string): { path: string; headers: Record<string, string>; body: string } {
  const headEnd = request.indexOf('\r\n\r\n');
  const [line = '', ...headers] = request.slice(0, headEnd).split('\r\n');
  return {
    path: /^POST (\S+) HTTP\/1\.1$/.exec(line)?.[1] ?? '',
    headers: Object.fromEntries(
      headers.map((header) => {
        const colon = header.indexOf(': ');
        return [header.slice(0, colon), header.slice(colon + 2)];
      }),
    ),
    body: request.slice(headEnd + 4),
  };
}

describe('PushSigner', () => {
  it("signs as the SDK's own signer does, whatever the ids, tokens, domains and stages", async () => {
    const keys = new SigningKeys();
    await fc.assert(
      fc.asyncProperty(
        fc.array(connectionId, { minLength: 1, maxLength: 4 }),
        endpoint,
        credentials,
        fc.constantFrom('ap-northeast-1', 'us-east-1', 'eu-central-1'),
        fc.uint8Array({ maxLength: 200 }),
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        async (ids, url, held, region, payload, date) => {
          const target = { host: url.host, basePath: url.pathname.replace(/\/+$/, ''), region };
          const signer = new PushSigner(target, payload, keys, () => held);
          for (const [index, id] of ids.entries()) {
            // Each push is a second later, so that what is prepared once a second is prepared
            // again.
            const at = new Date(date.getTime() + index * 1000);
            const { path, headers, body } = parse(signer.sign(id, at.getTime()));
            expect(decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))).toBe(id);
            expect(headers.authorization).toBe(
              await reference(url, region, held, path, payload, at),
            );
            expect(headers.host).toBe(url.host);
            expect(headers['content-length']).toBe(String(payload.length));
            expect(Buffer.from(body, 'latin1').equals(payload)).toBe(true);
          }
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('sends the path that the SDK sends', () => {
    const target = { host: 'h', basePath: '/dev', region: 'ap-northeast-1' };
    const signer = new PushSigner(target, Buffer.from('x'), new SigningKeys(), () => ({
      accessKeyId: 'AKIA',
      secretAccessKey: 's',
    }));
    expect(parse(signer.sign('L0SM9cOFvHcCIhw=', 0)).path).toBe(
      '/dev/@connections/L0SM9cOFvHcCIhw%3D',
    );
  });

  it('uses new credentials within a second', () => {
    let held: Credentials = { accessKeyId: 'OLD', secretAccessKey: 'old' };
    const target = { host: 'h', basePath: '', region: 'ap-northeast-1' };
    const signer = new PushSigner(target, Buffer.from('x'), new SigningKeys(), () => held);
    const headersAt = (ms: number) => parse(signer.sign('id', ms)).headers;
    expect(headersAt(0).authorization).toContain('Credential=OLD/');
    held = { accessKeyId: 'NEW', secretAccessKey: 'new', sessionToken: 'token' };
    expect(headersAt(1_000).authorization).toContain('Credential=NEW/');
    expect(headersAt(1_000)['x-amz-security-token']).toBe('token');
  });

  it.each(['a\r\nx-injected: yes', 'a\0', 'ä'])(
    'refuses credentials that a header can not hold',
    (token) => {
      const target = { host: 'h', basePath: '', region: 'ap-northeast-1' };
      const signer = new PushSigner(target, Buffer.from('x'), new SigningKeys(), () => ({
        accessKeyId: 'AKIA',
        secretAccessKey: 's',
        sessionToken: token,
      }));
      expect(() => signer.sign('id', 0)).toThrow('the x-amz-security-token has characters');
    },
  );
});
