import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Events } from '../events/index.ts';
import { acceptCharactersBeyondBmp } from './fauxqs-characters.ts';
import { keepGroupsOfStandardQueues, rememberGroups } from './fair-queues.ts';
import { createFauxqsStore, type FauxqsStore } from './fauxqs-store.ts';
import { startQueueFacts } from './queue-facts.ts';
import { createQueueMoves } from './queue-moves.ts';
import { TraceHeaders } from './trace-headers.ts';

export interface QueueServiceOptions {
  /** Absent: a free one. */
  readonly port?: number;
  readonly region: string;
  readonly accountId: string;
  /** Told what is in the queues, and what is moved to dead-letter queues. */
  readonly events?: Pick<Events, 'emit' | 'now'>;
  /** Between two looks at what is in the queues, in ms. */
  readonly depthIntervalMs?: number;
}

export interface QueueService {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

/** fauxqs knows one account, and writes it into every ARN. */
const FAUXQS_ACCOUNT_ID = '000000000000';

/** The part of fauxqs' Fastify application that is used here; its own types do not resolve. */
interface FauxqsApp {
  addHook(
    name: 'preHandler',
    hook: (request: FauxqsRequest, reply: FauxqsReply, done: () => void) => void,
  ): void;
  addHook(
    name: 'preSerialization',
    hook: (request: FauxqsRequest, reply: unknown, payload: unknown) => Promise<unknown>,
  ): void;
  ready(): Promise<unknown>;
  routing(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

type BuildFauxqsApp = (options: {
  readonly logger: boolean;
  readonly defaultRegion: string;
  readonly stores: { readonly sqsStore: FauxqsStore };
}) => FauxqsApp;

interface FauxqsReply {
  status(code: number): FauxqsReply;
  send(body: object): void;
}

interface FauxqsRequest {
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Starts SQS on 127.0.0.1: fauxqs in this process, with the stack's account id and with queue URLs
 * on the host that was called. Queues live in memory: what waits in them at a stop is gone, as are
 * the connections and invocations that it was about.
 *
 * fauxqs is loaded here and not before, so a stack without queues does not pay for it.
 */
export async function startQueueService(options: QueueServiceOptions): Promise<QueueService> {
  const [{ buildApp }, store] = await Promise.all([
    import('fauxqs'),
    createFauxqsStore(),
    acceptCharactersBeyondBmp(),
  ]);
  const app = (buildApp as unknown as BuildFauxqsApp)({
    logger: false,
    defaultRegion: options.region,
    stores: { sqsStore: store },
  });
  const facts =
    options.events &&
    startQueueFacts({ store, events: options.events, intervalMs: options.depthIntervalMs });

  const moves = createQueueMoves(store);
  keepGroupsOfStandardQueues(store);

  // Only on what names queues: message bodies are the users' and stay as they are.
  app.addHook('preHandler', (request, reply, done) => {
    const [from, to] = [options.accountId, FAUXQS_ACCOUNT_ID];
    replaceAccountIn(request.body, from, to);
    const operation = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    const response = operation.includes('MessageMoveTask')
      ? moves.respond(operation, withAccount(request.body, from, to))
      : undefined;
    if (response !== undefined) {
      reply.status(response.statusCode).send(withAccount(response.body, to, from));
      return;
    }
    rememberGroups(request.body);
    done();
  });
  const traceHeaders = new TraceHeaders();
  app.addHook('preSerialization', (request, _reply, payload) => {
    traceHeaders.onResponse(request.body, request.headers, payload);
    replaceAccountIn(payload, FAUXQS_ACCOUNT_ID, options.accountId);
    replaceQueueUrls(payload, `http://${request.headers.host ?? ''}/${options.accountId}`);
    return Promise.resolve(payload);
  });
  await app.ready();

  const server = createServer((request, response) => {
    // SDKs may send requests to the queue's own URL; fauxqs has all of SQS on `/`.
    if (request.method === 'POST') request.url = '/';
    app.routing(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;

  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    async close() {
      facts?.close();
      moves.close();
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      await app.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function replaceAccountIn(message: unknown, from: string, to: string): void {
  if (!isRecord(message) || !isRecord(message.Attributes)) return;
  for (const name of ['QueueArn', 'RedrivePolicy', 'RedriveAllowPolicy', 'Policy']) {
    const value = message.Attributes[name];
    if (typeof value === 'string')
      message.Attributes[name] = value.replaceAll(`:${from}:`, `:${to}:`);
  }
}

/** The input or output of a move with the other account in its ARNs. */
function withAccount(body: unknown, from: string, to: string): Record<string, unknown> {
  const text = JSON.stringify(body ?? {}).replaceAll(`:${from}:`, `:${to}:`);
  return JSON.parse(text) as Record<string, unknown>;
}

function replaceQueueUrls(payload: unknown, base: string): void {
  if (!isRecord(payload)) return;
  const rebase = (url: unknown): unknown =>
    typeof url === 'string' ? `${base}/${url.slice(url.lastIndexOf('/') + 1)}` : url;
  if (payload.QueueUrl !== undefined) payload.QueueUrl = rebase(payload.QueueUrl);
  if (Array.isArray(payload.QueueUrls)) payload.QueueUrls = payload.QueueUrls.map(rebase);
}
