import fc from 'fast-check';
import { MalformedResponseError, MAX_RESPONSE_BYTES, readResponse } from './response.ts';

const crlf = (...lines: readonly string[]): string => lines.join('\r\n');

const GONE = crlf(
  'HTTP/1.1 410 Gone',
  'x-amzn-RequestId: c6af9ac6',
  'X-Amzn-ErrorType: GoneException',
  'Content-Length: 18',
  '',
  '{"message":"gone"}',
);

/** Complete responses, each with the expected result. */
const responses = {
  'with a length': [GONE, { status: 410, body: '{"message":"gone"}', keepAlive: true }],
  'without a body': [crlf('HTTP/1.1 200 OK', 'content-length: 0', '', ''), { status: 200 }],
  'without a reason': [crlf('HTTP/1.1 200', 'content-length: 0', '', ''), { status: 200 }],
  '204, which has no body': [crlf('HTTP/1.1 204 No Content', '', ''), { status: 204, body: '' }],
  'in chunks': [
    crlf(
      'HTTP/1.1 500 Oh',
      'Transfer-Encoding: chunked',
      '',
      '3',
      'abc',
      'A ;x=y',
      '0123456789',
    ).concat(crlf('', '0', '', '')),
    { status: 500, body: 'abc0123456789', keepAlive: true },
  ],
  'in chunks with trailers': [
    crlf(
      'HTTP/1.1 500 Oh',
      'transfer-encoding: Chunked',
      '',
      '1',
      'a',
      '0',
      'x: y',
      'z: 0',
      '',
      '',
    ),
    { status: 500, body: 'a', keepAlive: true },
  ],
  'that closes the connection': [
    crlf('HTTP/1.1 200 OK', 'Connection: foo, Close', 'content-length: 1', '', 'x'),
    { status: 200, keepAlive: false },
  ],
  'of HTTP/1.0': [
    crlf('HTTP/1.0 200 OK', 'content-length: 1', '', 'x'),
    { status: 200, keepAlive: false },
  ],
  'after interim responses': [
    crlf('HTTP/1.1 100 Continue', '', 'HTTP/1.1 103 Early Hints', 'link: x', '', GONE),
    { status: 410, requestId: 'c6af9ac6', errorType: 'GoneException' },
  ],
  'with the same length twice': [
    crlf('HTTP/1.1 200 OK', 'content-length: 1', 'Content-Length:1', '', 'x'),
    { status: 200, body: 'x' },
  ],
} as const satisfies Record<string, readonly [string, object]>;

describe('readResponse', () => {
  it.each(Object.entries(responses))('reads a response %s', (_, [text, expected]) => {
    expect(readResponse(text, false)).toMatchObject(expected);
  });

  it.each(Object.entries(responses))('waits for the rest of a response %s', (_, [text]) => {
    for (let length = 0; length < text.length; length += 1) {
      expect(readResponse(text.slice(0, length), false)).toBeUndefined();
    }
  });

  it('ends a body without a length when the connection ends', () => {
    const text = crlf('HTTP/1.1 502 Bad Gateway', '', '<html>');
    expect(readResponse(text, false)).toBeUndefined();
    expect(readResponse(text, true)).toMatchObject({
      status: 502,
      body: '<html>',
      keepAlive: false,
    });
  });

  it('reads bodies as UTF-8', () => {
    const bytes = Buffer.from('{"message":"é漢"}');
    const head = crlf('HTTP/1.1 400 Bad Request', `content-length: ${bytes.length}`, '', '');
    expect(readResponse(head + bytes.toString('latin1'), false)?.body).toBe('{"message":"é漢"}');
  });

  it('reads nothing from a body that broke off', () => {
    expect(readResponse(GONE.slice(0, -1), true)).toBeUndefined();
    const [chunked] = responses['in chunks'];
    expect(readResponse(chunked.slice(0, -2), true)).toBeUndefined();
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['HTTP/2', crlf('HTTP/2 200 OK', '', '')],
    ['no status', crlf('HTTP/1.1 OK', '', '')],
    ['a status of four digits', crlf('HTTP/1.1 2000 OK', '', '')],
    ['an upgrade', crlf('HTTP/1.1 101 Switching Protocols', 'upgrade: h2c', '', '')],
    ['a folded header', crlf('HTTP/1.1 200 OK', 'a: b', ' content-length: 0', '', '')],
    ['a space before the colon', crlf('HTTP/1.1 200 OK', 'content-length : 0', '', '')],
    ['a header without a colon', crlf('HTTP/1.1 200 OK', 'content-length 0', '', '')],
    ['a header without a name', crlf('HTTP/1.1 200 OK', ': 0', '', '')],
    ['a line feed in a header', crlf('HTTP/1.1 200 OK', 'a: b\ncontent-length: 0', '', '')],
    ['a carriage return at its end', crlf('HTTP/1.1 200 OK', 'content-length: 0\r', '', '')],
    ['a control character in a header', crlf('HTTP/1.1 200 OK', 'a: \u0001', '', '')],
    ['a length that is not a number', crlf('HTTP/1.1 200 OK', 'content-length: 1e1', '', '')],
    ['a signed length', crlf('HTTP/1.1 200 OK', 'content-length: +1', '', 'x')],
    ['two lengths', crlf('HTTP/1.1 200 OK', 'content-length: 1', 'content-length: 2', '', 'xx')],
    [
      'a length and chunks',
      crlf('HTTP/1.1 200 OK', 'content-length: 5', 'transfer-encoding: chunked', '', '0', '', ''),
    ],
    ['another encoding', crlf('HTTP/1.1 200 OK', 'transfer-encoding: gzip, chunked', '', '')],
    ['a chunk without a size', crlf('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'x', '')],
    [
      'a chunk longer than its size',
      crlf('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '1', 'ab', '0', '', ''),
    ],
    ['two responses to one push', GONE + GONE],
    ['something after the last chunk', `${responses['in chunks'][0]}x`],
    ['too long a head', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(MAX_RESPONSE_BYTES)}`],
    ['too long a body', crlf('HTTP/1.1 200 OK', `content-length: ${MAX_RESPONSE_BYTES}`, '', '')],
    ['too long a chunk', crlf('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'FFFFFFF', '')],
    [
      'a chunk size that never ends',
      crlf('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '0'.repeat(MAX_RESPONSE_BYTES)),
    ],
    [
      'trailers that never end',
      crlf('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '0', '').concat(
        'x: y\r\n'.repeat(MAX_RESPONSE_BYTES / 6),
      ),
    ],
    [
      'too long a body without a length',
      `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(MAX_RESPONSE_BYTES)}`,
    ],
  ])('refuses %s', (_, text) => {
    expect(() => readResponse(text, false)).toThrow(MalformedResponseError);
  });

  it('reads at most one response, and only a whole one, from any text', () => {
    const piece = fc.oneof(
      fc.constantFrom('\r\n', '\r\n\r\n', 'HTTP/1.1 200 OK\r\n', 'content-length: 3\r\n', '0\r\n'),
      fc.constantFrom('transfer-encoding: chunked\r\n', 'connection: close\r\n', '3\r\nabc\r\n'),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const outcomes = new Set<string>();
        for (let length = 0; length <= text.length; length += 1) {
          try {
            const response = readResponse(text.slice(0, length), false);
            if (response !== undefined) outcomes.add(`response ${length}`);
          } catch (error) {
            // Whatever bytes follow, they do not change the response: it may only become malformed.
            expect(error).toBeInstanceOf(MalformedResponseError);
            return;
          }
        }
        expect(outcomes.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });
});
