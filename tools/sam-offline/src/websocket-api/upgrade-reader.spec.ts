import fc from 'fast-check';
import { readUpgrade } from './upgrade-reader.ts';

const HEAD_BYTES = 1024;
const rest =
  'Host: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const plain = `GET /dev?a=b HTTP/1.1\r\n${rest}\r\n`;

function read(text: string) {
  return readUpgrade(Buffer.from(text, 'latin1'), 0, HEAD_BYTES);
}

describe('readUpgrade', () => {
  it('reads a handshake as node:http does, and says where what follows begins', () => {
    expect(read(`${plain}\x81\x80`)).toEqual({
      request: {
        method: 'GET',
        url: '/dev?a=b',
        headers: {
          host: 'h',
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        },
        rawHeaders: [
          ...['Host', 'h', 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
          ...['Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
        ],
      },
      end: plain.length,
    });
  });

  it('takes what browsers write', () => {
    expect(read(plain.replace('Upgrade\r\n', 'keep-alive, Upgrade\r\n'))).toBeDefined();
    expect(read(plain.replace('websocket\r\n', 'WebSocket\r\n'))).toBeDefined();
  });

  it.each([
    ['a post', plain.replace('GET', 'POST')],
    ['a method in lower case', plain.replace('GET', 'get')],
    ['HTTP/1.0', plain.replace('1.1', '1.0')],
    ['an absolute target', plain.replace('/dev', 'http://h/dev')],
    ['a plain GET', plain.replace('Upgrade: websocket\r\n', '')],
    ['another protocol', plain.replace('websocket\r\n', 'h2c\r\n')],
    ['no Connection', plain.replace('Connection: Upgrade\r\n', '')],
    ['a Connection that does not upgrade', plain.replace(': Upgrade\r\n', ': close\r\n')],
    ['no Host', plain.replace('Host: h\r\n', '')],
    ['a repeated header', plain.replace('Host', 'X-A: b\r\nx-a: c\r\nHost')],
    ['a folded header', plain.replace('Host', 'X-A: b\r\n c\r\nHost')],
    ['a space before the colon', plain.replace('Host:', 'Host :')],
    ['a bare line feed', plain.replace('\r\nHost', '\nHost')],
    ['a header outside of ASCII', plain.replace('Host', 'X-A: \xe4\r\nHost')],
    ['a body', plain.replace('Host', 'Content-Length: 1\r\nHost')],
    ['no body, explicitly', plain.replace('Host', 'Content-Length: 0\r\nHost')],
    ['a chunked body', plain.replace('Host', 'Transfer-Encoding: chunked\r\nHost')],
    ['Expect', plain.replace('Host', 'Expect: 100-continue\r\nHost')],
    ['a head over the limit', plain.replace('Host', `X-A: ${'b'.repeat(HEAD_BYTES)}\r\nHost`)],
  ])('leaves %s to node:http', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('leaves a handshake in pieces to node:http', () => {
    fc.assert(
      fc.property(fc.nat(plain.length - 1), (length) => {
        expect(read(plain.slice(0, length))).toBeUndefined();
      }),
    );
  });
});
