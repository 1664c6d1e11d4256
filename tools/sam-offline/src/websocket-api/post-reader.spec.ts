import fc from 'fast-check';
import { readPost } from './post-reader.ts';

const limits = { headBytes: 1024, bodyBytes: 4096 };
const head = 'POST /dev/@connections/x HTTP/1.1\r\nHost: h\r\n';

function read(text: string) {
  return readPost(Buffer.from(text, 'latin1'), 0, limits);
}

describe('readPost', () => {
  it('reads target, headers and body, and says where the next request begins', () => {
    expect(read(`${head}X-A:  b c\t\r\nContent-Length: 3\r\n\r\nabcPOST`)).toEqual({
      target: '/dev/@connections/x',
      headers: { host: 'h', 'x-a': 'b c', 'content-length': '3' },
      body: Buffer.from('abc'),
      end: `${head}X-A:  b c\t\r\nContent-Length: 3\r\n\r\nabc`.length,
    });
  });

  it('is incomplete at every point before the end, whatever the request', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    fc.assert(
      fc.property(
        fc.stringMatching(/^\/[!-~]{0,40}$/),
        fc.dictionary(
          token.filter((name) => !['host', 'expect', 'upgrade', 'connection'].includes(name)),
          fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/),
          { maxKeys: 5, noNullPrototype: true },
        ),
        fc.uint8Array({ maxLength: 300 }),
        (target, others, body) => {
          const headers = { host: 'h', ...others, 'content-length': String(body.length) };
          const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
          const bytes = Buffer.concat([
            Buffer.from(`POST ${target} HTTP/1.1\r\n${lines.join('')}\r\n`),
            body,
          ]);
          for (let length = 1; length < bytes.length; length++) {
            expect(readPost(bytes.subarray(0, length), 0, limits)).toBe('incomplete');
          }
          const expected = { target, headers, body: Buffer.from(body), end: bytes.length };
          expect(readPost(bytes, 0, limits)).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['another method', 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a method in lower case', 'post / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n'],
    ['HTTP/1.0', 'POST / HTTP/1.0\r\nHost: h\r\nContent-Length: 0\r\n\r\n'],
    ['an absolute target', 'POST http://h/ HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n'],
    ['a space in the target', 'POST /a b HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n'],
    ['no Host', 'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n'],
    ['no Content-Length', `${head}\r\n`],
    ['a chunked body', `${head}Transfer-Encoding: chunked\r\n\r\n`],
    ['both lengths', `${head}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n`],
    ['Expect', `${head}Expect: 100-continue\r\nContent-Length: 0\r\n\r\n`],
    ['Upgrade', `${head}Upgrade: websocket\r\nContent-Length: 0\r\n\r\n`],
    ['Connection: close', `${head}Connection: close\r\nContent-Length: 0\r\n\r\n`],
    ['a repeated header', `${head}Content-Length: 0\r\ncontent-length: 1\r\n\r\n`],
    ['a signed length', `${head}Content-Length: +1\r\n\r\n`],
    ['a negative length', `${head}Content-Length: -1\r\n\r\n`],
    ['a hexadecimal length', `${head}Content-Length: 0x1\r\n\r\n`],
    ['a list of lengths', `${head}Content-Length: 1, 1\r\n\r\n`],
    ['a space before the colon', `${head}Content-Length : 0\r\n\r\n`],
    ['a folded header', `${head}X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n`],
    ['a header without a colon', `${head}X-A\r\nContent-Length: 0\r\n\r\n`],
    ['a bare line feed', `${head}X-A: b\nX-B: c\r\nContent-Length: 0\r\n\r\n`],
    ['a bare carriage return', `${head}X-A: b\rX-B: c\r\nContent-Length: 0\r\n\r\n`],
    ['a zero byte', `${head}X-A: \0\r\nContent-Length: 0\r\n\r\n`],
    ['a body over the limit', `${head}Content-Length: 4097\r\n\r\n`],
    ['a head over the limit', `${head}X-A: ${'b'.repeat(1024)}`],
    [
      'a finished head over the limit',
      `${head}X-A: ${'b'.repeat(1024)}\r\nContent-Length: 0\r\n\r\n`,
    ],
  ])('leaves %s to node:http', (_, text) => {
    expect(read(text)).toBe('unsupported');
  });

  it('never reads past what came, and never throws', () => {
    const piece = fc.constantFrom(
      'POST ',
      '/',
      ' HTTP/1.1',
      '\r\n',
      'Host: h',
      'Content-Length: ',
      '1',
      ':',
      ' ',
      'x',
      '\0',
      '\x80',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const buffer = Buffer.from(`POST / HTTP/1.1\r\n${pieces.join('')}`, 'latin1');
        const post = readPost(buffer, 0, limits);
        if (typeof post !== 'string') expect(post.end).toBeLessThanOrEqual(buffer.length);
      }),
      { numRuns: 2000 },
    );
  });
});
