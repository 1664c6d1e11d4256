import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { closedAtEnd, until } from '../testing/end-of-test.ts';
import { runStack, type TestStack } from './testing/running-stack.ts';

const PIECE_BYTES = 64 * 1024;
const PIECES = 800;
/**
 * The most that may be under way, in bytes. Most of it is in the kernel, which has up to 10 MB for
 * each connection (`net.ipv4.tcp_rmem`, `tcp_wmem`), on Linux.
 */
const MOST_BYTES_UNDER_WAY = 40 * 1024 * 1024;

/** Writes numbered pieces, waits for `drain`, and keeps the state in a file. */
const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Fast:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: fast
      Runtime: nodejs24.x
      Handler: index.handler
      Timeout: 300
      MemorySize: 256
      FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }
      InlineCode: |
        const { writeFileSync, renameSync } = require('fs');
        exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          const { state, prelude } = event.rawQueryString ? JSON.parse(event.queryStringParameters.q) : event;
          const report = (text) => { writeFileSync(state + '.new', text); renameSync(state + '.new', state); };
          if (prelude) stream = awslambda.HttpResponseStream.from(stream, prelude);
          for (let piece = 0; piece < ${PIECES}; piece += 1) {
            const isFull = !stream.write(Buffer.alloc(${PIECE_BYTES}, String(piece % 10)));
            report('written ' + (piece + 1) + (isFull ? ' waits' : ''));
            if (isFull) await new Promise((resolve) => stream.once('drain', resolve));
          }
          stream.end();
          report('done');
        });
`;

describe('a function that writes faster than its client reads', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slow-readers-'));
  let stack: TestStack;
  let client: LambdaClient;
  let number = 0;
  let state: string;

  beforeAll(async () => {
    stack = await runStack(template);
    client = new LambdaClient(stack.config);
  });
  beforeEach(() => {
    number += 1;
    state = join(directory, String(number));
  });
  afterAll(
    closedAtEnd(async () => {
      client.destroy();
      await stack.close();
      rmSync(directory, { recursive: true });
    }),
  );

  const stateNow = (): string => (existsSync(state) ? readFileSync(state, 'utf8') : '');

  /** Waits until the function does not write any more. */
  async function untilItWaits(): Promise<void> {
    let before = '';
    let equal = 0;
    await until(() => {
      const now = stateNow();
      equal = now === before ? equal + 1 : 0;
      before = now;
      return now === 'done' || (now.endsWith(' waits') && equal >= 100);
    });
    expect(before).toMatch(/^written \d+ waits$/);
    expect(Number(before.split(' ')[1]) * PIECE_BYTES).toBeLessThan(MOST_BYTES_UNDER_WAY);
  }

  /** Checks the order and the completeness of the pieces. */
  function pieceReader(): { add(bytes: Uint8Array): void; end(): void } {
    const contents = Array.from({ length: 10 }, (_, digit) =>
      Buffer.alloc(PIECE_BYTES, String(digit)),
    );
    let at = 0;
    let wrong = 0;
    return {
      add(bytes) {
        for (let start = 0; start < bytes.length;) {
          const within = at % PIECE_BYTES;
          const length = Math.min(PIECE_BYTES - within, bytes.length - start);
          const content = contents[Math.floor(at / PIECE_BYTES) % 10]?.subarray(0, length);
          if (content?.equals(bytes.subarray(start, start + length)) !== true) wrong += 1;
          at += length;
          start += length;
        }
      },
      end() {
        expect({ wrong, bytes: at }).toEqual({ wrong: 0, bytes: PIECES * PIECE_BYTES });
      },
    };
  }

  const request = (query: object): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const url = stack.outputs['FunctionUrl.Fast'] ?? stack.outputs.FunctionUrl ?? '';
      get(`${url}?q=${encodeURIComponent(JSON.stringify(query))}`, resolve).on('error', reject);
    });

  it('waits for a client of its Function URL, and nothing is lost', async () => {
    const response = await request({ state, prelude: { statusCode: 201 } });
    expect(response.statusCode).toBe(201);
    await untilItWaits();
    const pieces = pieceReader();
    for await (const bytes of response) pieces.add(bytes as Buffer);
    pieces.end();
    await until(() => stateNow() === 'done');
  });

  it('waits for a client of InvokeWithResponseStream, and nothing is lost', async () => {
    const { EventStream = [] } = await client.send(
      new InvokeWithResponseStreamCommand({
        FunctionName: 'fast',
        Payload: JSON.stringify({ state }),
      }),
    );
    await untilItWaits();
    const pieces = pieceReader();
    for await (const event of EventStream) {
      if (event.PayloadChunk?.Payload !== undefined) pieces.add(event.PayloadChunk.Payload);
    }
    pieces.end();
  });

  it('writes its response to the end if the client goes away, as on AWS', async () => {
    const response = await request({ state });
    await untilItWaits();
    response.destroy();
    await until(() => stateNow() === 'done');
  });

  it('does not wait for a client if its metadata cannot be used', async () => {
    const response = await request({ state, prelude: 'not an object' });
    expect(response.statusCode).toBe(502);
    response.resume();
    await until(() => stateNow() === 'done');
  });
});
