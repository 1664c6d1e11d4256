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
import { isRecord } from '../is-record.ts';

export interface QueueServiceOptions {
  /** The port. If absent, a free port is used. */
  readonly port?: number;
  readonly region: string;
  readonly accountId: string;
  /** Gets facts about the numbers of messages, and about moves to dead-letter queues. */
  readonly events?: Pick<Events, 'emit' | 'now'>;
  /** How often the messages are counted, in ms. */
  readonly depthIntervalMs?: number;
}

export interface QueueService {
  /** The URL: `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

/** fauxqs has only this account, and uses it in every ARN. */
const FAUXQS_ACCOUNT_ID = '000000000000';

/**
 * The part of fauxqs' Fastify application that is used here. The types of the package cannot be
 * resolved.
 */
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
 * that have the called host. Queues are in memory, so their messages are lost when the stack stops.
 * The connections and invocations that messages are about are lost then too.
 *
 * fauxqs is only loaded by this call, so that a stack without queues starts faster.
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

  // Only members that name queues are changed. Message bodies must not be changed.
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
    // SDKs may send requests to the queue's URL, but fauxqs serves all requests at `/`.
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

function replaceAccountIn(message: unknown, from: string, to: string): void {
  if (!isRecord(message) || !isRecord(message.Attributes)) return;
  for (const name of ['QueueArn', 'RedrivePolicy', 'RedriveAllowPolicy', 'Policy']) {
    const value = message.Attributes[name];
    if (typeof value === 'string')
      message.Attributes[name] = value.replaceAll(`:${from}:`, `:${to}:`);
  }
}

/** Replaces the account in the ARNs of a move's input or output. */
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
