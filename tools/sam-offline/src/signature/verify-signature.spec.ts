import { Hash } from '@smithy/core/serde';
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import {
  createCredentialStore,
  generateFunctionCredentials,
  operatorCredentials,
  parseAuthorization,
  SignatureError,
  verifySignature,
} from './index.ts';
import type { Principal, SignedRequest } from './index.ts';

/** The hash function for the AWS SDK's signer. */
const Sha256 = Hash.bind(undefined, 'sha256');

const now = Date.UTC(2026, 10, 23, 8, 9, 36);
const operator = operatorCredentials('123456789012');
const functionRole = generateFunctionCredentials('BroadcastFunction', '123456789012');
const store = createCredentialStore([operator, functionRole]);

function signer(principal: Principal, service = 'execute-api') {
  return new SignatureV4({
    credentials: { ...principal },
    region: 'ap-northeast-1',
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
}

interface Unsigned {
  readonly method: string;
  /** The path, encoded once, as it is sent. */
  readonly path: string;
  readonly query: Record<string, string | string[]>;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Encodes the query in an unusual way that decodes to the same. The verification must not depend on
 * the encoding.
 */
function wireQuery(query: Record<string, string | string[] | null>): string {
  return Object.entries(query)
    .flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value ?? '']).map(
        (item) => `${encodeURIComponent(key)}=${encodeURIComponent(item)}`,
      ),
    )
    .join('&');
}

async function sign(
  request: Unsigned,
  principal: Principal = operator,
  service?: string,
): Promise<SignedRequest> {
  const signed = await signer(principal, service).sign(
    {
      ...request,
      protocol: 'http:',
      hostname: 'localhost',
      headers: { host: 'localhost:3002', ...request.headers },
    },
    { signingDate: new Date(now) },
  );
  return {
    method: request.method,
    path: request.path,
    query: wireQuery(request.query),
    headers: lowerCase(signed.headers),
    body: Buffer.from(request.body),
  };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

const plain: Unsigned = { method: 'POST', path: '/dev/x', query: {}, headers: {}, body: 'hello' };

function codeOf(action: () => unknown): [string, string] {
  try {
    action();
  } catch (error) {
    if (error instanceof SignatureError) return [error.code, error.message];
    throw error;
  }
  throw new Error('no SignatureError was thrown');
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const segment = fc.oneof(
  text,
  fc.constantFrom('L0SM9cOFvHcCIhw=', 'a b', '100%', 'ü/ö', "!'()*~", ''),
);
const key = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((name) => name !== '__proto__');
const unsigned: fc.Arbitrary<Unsigned> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path: fc
    .array(segment, { maxLength: 5 })
    .map((segments) => `/${segments.map(encodeURIComponent).join('/')}`),
  query: fc.dictionary(key, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  headers: fc.record(
    {
      'content-type': fc.constantFrom('application/json', ' text/plain ;   charset=utf-8\t'),
      'x-amz-target': fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
  body: fc.string({ unit: 'grapheme', maxLength: 40 }),
});

describe('verifySignature', () => {
  it('accepts what the AWS SDK signed in the Authorization header', async () => {
    await fc.assert(
      fc.asyncProperty(
        unsigned,
        fc.constantFrom(operator, functionRole),
        fc.constantFrom('execute-api', 'dynamodb', 's3'),
        async (request, principal, service) => {
          const signed = await sign(request, principal, service);
          expect(verifySignature(signed, store, { now, service })).toEqual({
            principal,
            service,
            region: 'ap-northeast-1',
            accessKeyId: principal.accessKeyId,
          });
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('accepts what the AWS SDK presigned in the query string', async () => {
    await fc.assert(
      fc.asyncProperty(
        unsigned,
        fc.constantFrom(operator, functionRole),
        async (request, principal) => {
          const presigned = await signer(principal).presign(
            {
              method: 'GET',
              path: request.path,
              query: request.query,
              protocol: 'wss:',
              hostname: 'localhost',
              headers: { host: 'localhost:3002' },
            },
            { signingDate: new Date(now), expiresIn: 60 },
          );
          const wire: SignedRequest = {
            method: 'GET',
            path: request.path,
            query: wireQuery(presigned.query ?? {}),
            headers: { host: 'localhost:3002', 'sec-websocket-version': '13' },
            body: Buffer.alloc(0),
          };
          expect(verifySignature(wire, store, { now: now + 59_000 }).principal).toBe(principal);
          expect(codeOf(() => verifySignature(wire, store, { now: now + 61_000 }))[1]).toBe(
            'Signature expired: 20261123T080936Z is now earlier than 20261123T080937Z (20261123T081037Z - 60 sec.)',
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('rejects a request in which a signed part was changed', async () => {
    const signed = await sign({
      ...plain,
      query: { a: '1' },
      headers: { 'content-type': 'text/plain' },
    });
    verifySignature(signed, store, { now });
    const changed: SignedRequest[] = [
      { ...signed, method: 'PUT' },
      { ...signed, path: '/dev/y' },
      { ...signed, query: 'a=2' },
      { ...signed, query: 'a=1&b=' },
      { ...signed, body: Buffer.from('hello!') },
      { ...signed, headers: { ...signed.headers, host: 'other:3002' } },
      { ...signed, headers: { ...signed.headers, 'content-type': 'text/html' } },
      { ...signed, headers: { ...signed.headers, 'content-type': undefined } },
    ];
    for (const request of changed) {
      expect(codeOf(() => verifySignature(request, store, { now }))[0]).toBe(
        'InvalidSignatureException',
      );
    }
  });

  it('shows the canonical string that it expected, as AWS does', async () => {
    const signed = await sign({ ...plain, path: '/dev/%40connections/a%3D' });
    const [, message] = codeOf(() => verifySignature({ ...signed, method: 'GET' }, store, { now }));
    expect(message).toContain(
      "The Canonical String for this request should have been\n'GET\n/dev/%2540connections/a%253D\n\n",
    );
  });

  it('accepts a known payload hash in place of the body', async () => {
    const signed = await sign(plain);
    const sha256 = createHash('sha256').update('hello').digest('hex');
    expect(verifySignature({ ...signed, body: { sha256 } }, store, { now }).principal).toBe(
      operator,
    );
  });

  it('rejects UNSIGNED-PAYLOAD, and a digest that is not the body’s', async () => {
    const unsignedPayload = await sign({
      ...plain,
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    });
    expect(codeOf(() => verifySignature(unsignedPayload, store, { now }))[0]).toBe(
      'InvalidSignatureException',
    );
    const digest = createHash('sha256').update('hello').digest('hex');
    const declared = await sign({ ...plain, headers: { 'x-amz-content-sha256': digest } });
    expect(verifySignature(declared, store, { now }).principal).toBe(operator);
    expect(
      codeOf(() => verifySignature({ ...declared, body: Buffer.from('other') }, store, { now }))[0],
    ).toBe('InvalidSignatureException');
  });

  it('accepts a Date header if there is no X-Amz-Date', async () => {
    const date = new Date(now).toUTCString();
    const stringToSign = (canonical: string) =>
      `AWS4-HMAC-SHA256\n20261123T080936Z\n20261123/eu-west-1/sqs/aws4_request\n${createHash('sha256').update(canonical).digest('hex')}`;
    const digest = createHash('sha256').update('').digest('hex');
    const canonical = `GET\n/\n\ndate:${date}\nhost:h\n\ndate;host\n${digest}`;
    const hmac = (k: string | Buffer, data: string) =>
      createHmac('sha256', k).update(data).digest();
    const derived = hmac(
      hmac(hmac(hmac('AWS4local', '20261123'), 'eu-west-1'), 'sqs'),
      'aws4_request',
    );
    const signature = hmac(derived, stringToSign(canonical)).toString('hex');
    const headers = {
      date,
      host: 'h',
      authorization: `AWS4-HMAC-SHA256 Credential=local/20261123/eu-west-1/sqs/aws4_request,SignedHeaders=date;host,Signature=${signature}`,
    };
    const request = { method: 'GET', path: '/', query: '', headers, body: Buffer.alloc(0) };
    expect(verifySignature(request, store, { now })).toMatchObject({
      region: 'eu-west-1',
      service: 'sqs',
    });
  });

  it.each([
    [
      '6 minutes late',
      6 * 60_000,
      'Signature expired: 20261123T080936Z is now earlier than 20261123T081036Z (20261123T081536Z - 5 min.)',
    ],
    [
      '6 minutes early',
      -6 * 60_000,
      'Signature not yet current: 20261123T080936Z is still later than 20261123T080836Z (20261123T080336Z + 5 min.)',
    ],
  ])('rejects a signature that is %s', async (_, offset, message) => {
    const signed = await sign(plain);
    expect(verifySignature(signed, store, { now: now + offset * 0.8 }).principal).toBe(operator);
    expect(codeOf(() => verifySignature(signed, store, { now: now + offset }))).toEqual([
      'InvalidSignatureException',
      message,
    ]);
  });

  it('rejects an unknown key, a wrong secret, and a session token that is missing or belongs to another key', async () => {
    const stranger = await sign(plain, operatorCredentials('1', 'stranger'));
    expect(codeOf(() => verifySignature(stranger, store, { now }))).toEqual([
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ]);
    const wrongSecret = await sign(plain, operatorCredentials('1', 'local', 'guess'));
    expect(codeOf(() => verifySignature(wrongSecret, store, { now }))[0]).toBe(
      'InvalidSignatureException',
    );
    const { sessionToken: _, ...withoutToken } = functionRole;
    for (const principal of [
      withoutToken,
      { ...functionRole, sessionToken: 'other' },
      { ...operator, sessionToken: 'x' },
    ]) {
      const signed = await sign(plain, principal);
      expect(codeOf(() => verifySignature(signed, store, { now }))[0]).toBe(
        'UnrecognizedClientException',
      );
    }
  });

  it('rejects the scope of another service, region or day', async () => {
    const signed = await sign(plain);
    expect(codeOf(() => verifySignature(signed, store, { now, service: 'lambda' }))[1]).toBe(
      "Credential should be scoped to correct service: 'lambda'.",
    );
    expect(codeOf(() => verifySignature(signed, store, { now, region: 'us-east-1' }))[1]).toBe(
      "Credential should be scoped to a valid region, not 'ap-northeast-1'.",
    );
    const headers = { ...signed.headers, 'x-amz-date': '20261124T000000Z' };
    expect(codeOf(() => verifySignature({ ...signed, headers }, store, { now }))[1]).toMatch(
      /^Date in Credential scope does not match/,
    );
  });

  it('reports what is missing or malformed', async () => {
    const signed = await sign(plain);
    const withHeaders = (headers: SignedRequest['headers']) =>
      codeOf(() =>
        verifySignature({ ...signed, headers: { host: 'h', ...headers } }, store, { now }),
      );
    expect(withHeaders({})).toEqual([
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ]);
    expect(withHeaders({ authorization: 'Bearer abc' })[0]).toBe('IncompleteSignatureException');
    expect(withHeaders({ authorization: 'AWS4-HMAC-SHA256 Credential=a' })).toEqual([
      'IncompleteSignatureException',
      "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 Credential=a",
    ]);
    expect(withHeaders({ authorization: 'AWS4-HMAC-SHA256 rubbish' })[1]).toContain(
      'missing equal-sign',
    );
    expect(
      withHeaders({
        'x-amz-date': '20261123T080936Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0',
      })[1],
    ).toMatch(/^Credential must have exactly 5 slash-delimited elements/);
    expect(withHeaders({ ...signed.headers, 'x-amz-date': 'today' })[1]).toMatch(
      /^Date must be in ISO-8601/,
    );
    expect(withHeaders({ authorization: 'AWS4-ECDSA-P256-SHA256 Credential=a' })[1]).toContain(
      'algorithm',
    );
  });

  it('requires host in the signed headers', () => {
    const headers = {
      'x-amz-date': '20261123T080936Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261123/r/s/aws4_request, SignedHeaders=x-amz-date, Signature=00',
    };
    expect(
      codeOf(() =>
        verifySignature(
          { method: 'GET', path: '/', query: '', headers, body: Buffer.alloc(0) },
          store,
          { now },
        ),
      )[1],
    ).toBe("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  });

  it.each(['constructor', '__proto__', 'toString', ''])(
    'rejects a signed header that is not in the request: %s',
    (name) => {
      const headers = {
        host: 'h',
        'x-amz-date': '20261123T080936Z',
        authorization: `AWS4-HMAC-SHA256 Credential=local/20261123/r/s/aws4_request, SignedHeaders=host;${name}, Signature=00`,
      };
      const request = { method: 'GET', path: '/', query: '', headers, body: Buffer.alloc(0) };
      expect(codeOf(() => verifySignature(request, store, { now }))[0]).toBe(
        'InvalidSignatureException',
      );
    },
  );

  it('throws only SignatureError, for any input', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        (path, query, authorization, date) => {
          const headers = {
            host: 'h',
            authorization: `AWS4-HMAC-SHA256 ${authorization}`,
            'x-amz-date': date,
          };
          codeOf(() =>
            verifySignature({ method: 'GET', path, query, headers, body: Buffer.alloc(0) }, store),
          );
          codeOf(() =>
            verifySignature(
              {
                method: 'GET',
                path,
                query: `X-Amz-Algorithm=${query}`,
                headers: { host: 'h' },
                body: Buffer.alloc(0),
              },
              store,
            ),
          );
        },
      ),
    );
  });
});

describe('parseAuthorization', () => {
  it('reads the service from a header and from a presigned query string', async () => {
    const signed = await sign(plain, operator, 'dynamodb');
    const scope = {
      accessKeyId: 'local',
      date: '20261123',
      region: 'ap-northeast-1',
      service: 'dynamodb',
    };
    expect(parseAuthorization({ headers: signed.headers })).toEqual(scope);
    expect(
      parseAuthorization({
        headers: {},
        query: 'a=b&X-Amz-Credential=local%2F20261123%2Fap-northeast-1%2Fdynamodb%2Faws4_request',
      }),
    ).toEqual(scope);
  });

  it('is undefined if the request has no scope', () => {
    expect(parseAuthorization({ headers: {} })).toBeUndefined();
    expect(
      parseAuthorization({ headers: { authorization: 'Bearer x' }, query: 'a=b' }),
    ).toBeUndefined();
    expect(
      parseAuthorization({ headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' } }),
    ).toBeUndefined();
  });
});

describe('createCredentialStore', () => {
  it('rejects two principals with the same access key id', () => {
    expect(() => createCredentialStore([operator, operator])).toThrow('access key id local');
  });

  it('makes function credentials in Lambda’s form, different for each environment', () => {
    const other = generateFunctionCredentials('BroadcastFunction', '123456789012');
    expect(functionRole.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(functionRole.secretAccessKey).toHaveLength(40);
    expect(other.accessKeyId).not.toBe(functionRole.accessKeyId);
    expect(functionRole.arn).toBe(
      'arn:aws:sts::123456789012:assumed-role/BroadcastFunction-role/BroadcastFunction',
    );
  });
});
