import { pipeline } from 'node:stream';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  CONNECTION_TIMEOUTS,
  serverTimeouts,
  type ConnectionTimeouts,
} from '../connection-timeouts.ts';
import type { Events } from '../events/index.ts';
import { respondToRefusedRequests } from '../refused-requests.ts';
import {
  authorizeRequest,
  type AccessControl,
  type Refusal,
} from '../request-authorization/index.ts';
import type { Principal } from '../signature/index.ts';
import type { ConnectionsRequest, ConnectionsResponse } from '../websocket-api/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { emitCall } from './call-fact.ts';
import { describeCall } from './call-input.ts';
import { createDynamoDbProxy, type DynamoDbTarget, type ServiceProxy } from './dynamodb.ts';
import { errorResponse } from './errors.ts';
import { handleLambda, lambdaOperation, type LambdaTarget } from './lambda/index.ts';
import {
  createObservability,
  type ObservabilityTarget,
  type ServiceHandler,
} from './observability.ts';
import { readCall, serviceOfHost, UNKNOWN_SERVICE } from './routing.ts';
import type { S3Endpoint } from './s3/index.ts';
import { readS3Request } from './s3-call.ts';
import { schedulerOperation } from './scheduler-call.ts';
import { createSqsProxy } from './sqs.ts';
import { handleSts } from './sts.ts';
import { xrayOperation } from './xray/index.ts';

export interface AwsEndpointOptions extends AccessControl {
  readonly region: string;
  readonly events: Events;
  /** Absent where the stack has no tables. */
  readonly dynamodb?: DynamoDbTarget;
  /** Absent where the stack has no queues. */
  readonly sqs?: { readonly endpoint: string };
  readonly lambda?: LambdaTarget;
  /** Absent where nothing is observed; then CloudWatch, Logs and X-Ray do not respond. */
  readonly observability?: ObservabilityTarget;
  /** Buckets, which are loaded with the first call, or when the stack starts with buckets. */
  readonly s3?: {
    hasBucket(name: string): boolean;
    load(): Promise<S3Endpoint>;
  };
  /** Other services, by their names in signatures. */
  readonly services?: ReadonlyMap<string, ServiceHandler>;
  /** The `@connections` API, which verifies signatures itself. */
  readonly connections?: (
    request: ConnectionsRequest,
  ) => ConnectionsResponse | Promise<ConnectionsResponse>;
  /** Shorter ones for tests. */
  readonly timeouts?: ConnectionTimeouts;
}

export interface AwsEndpoint {
  /**
   * @returns the port, which the system chooses when the option is 0
   * @throws Error with the code `EADDRINUSE` when the port is taken
   */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

/** More than any call may be: BatchWriteItem and TransactWriteItems take 16 MB and 4 MB. */
const MAXIMUM_BODY_BYTES = 17 * 1024 * 1024;
/** "up to 5 GB in a single PUT"; what is more than a Buffer holds here is refused. */
const MAXIMUM_OBJECT_BYTES = 2 * 1024 ** 3;

/**
 * One HTTP endpoint for every AWS call of the stack's functions and of the operator. The service is
 * the one in the signature's scope.
 */
export function createAwsEndpoint(options: AwsEndpointOptions): AwsEndpoint {
  const dynamodb = options.dynamodb && createDynamoDbProxy(options.dynamodb, options.events);
  const sqs = options.sqs && createSqsProxy(options.sqs.endpoint, options.region);
  const observability =
    options.observability && createObservability(options.observability, options.region);
  const warned = new Set<string>();
  const tables = options.dynamodb?.tables ?? [];

  const serverOptions = {
    ...serverTimeouts(options.timeouts ?? CONNECTION_TIMEOUTS),
    // A request without it is refused for its signature, and a fact is emitted.
    requireHostHeader: false,
  };
  const server = createServer(serverOptions, (request, serverResponse) => {
    const startedAt = performance.now();
    readBody(request)
      .then(async (body) => {
        const call = readCall(request, body, (name) => options.s3?.hasBucket(name) === true);
        const { response, principal } = await respondTo(call);
        send(serverResponse, response);
        const operation = operationOf(call);
        emitCall(options.events, tables, { ...call, operation }, response, principal, startedAt);
      })
      .catch((error: unknown) => {
        if (request.destroyed && !serverResponse.writable) return;
        const message = error instanceof Error ? error.message : String(error);
        options.events.warn('error', `AWS endpoint: ${message}`);
        send(serverResponse, errorResponse('json', 500, 'InternalFailure', message));
      });
  });

  respondToRefusedRequests(server, { kind: 'aws-endpoint', events: options.events });

  async function respondTo(
    call: AwsCall,
  ): Promise<{ response: AwsResponse; principal?: Principal }> {
    if (call.method === 'GET' && isHealthCheck(call)) return { response: health() };
    if (call.service === 'execute-api' && options.connections !== undefined) {
      return { response: await options.connections(call) };
    }
    if (call.service === 's3' && options.s3 !== undefined) {
      return (await options.s3.load()).respond(call);
    }
    const followed = linkHandler(call);
    if (followed !== undefined) return { response: await followed(call, undefined) };
    const { principal, refusal } = authorizeRequest(options, call, {}, () => ({
      call: () => describeCall(call, operationOf(call)),
    }));
    const isUnknown = refusal !== undefined && call.service === UNKNOWN_SERVICE;
    if (!isUnknown && !isEmulated(call.service)) {
      // No permission would let it succeed, and clients of some services do not sign.
      const signer = principal ?? refusal.principal;
      return { response: notEmulated(call, signer), ...(signer && { principal: signer }) };
    }
    if (refusal !== undefined) {
      const { principal: signer } = refusal;
      return signer === undefined
        ? { response: badSignature(call, refusal) }
        : { response: accessDenied(call, refusal), principal: signer };
    }
    return { response: await dispatch(call, principal), principal };
  }

  /** Links in SNS's notifications, which nobody signs: the token or the id in them is enough. */
  function linkHandler({ service, operation, headers }: AwsCall): ServiceHandler | undefined {
    const isLink = operation === 'ConfirmSubscription' || operation === 'Unsubscribe';
    return isLink && service === 'sns' && headers.authorization === undefined
      ? options.services?.get('sns')
      : undefined;
  }

  function isEmulated(service: string): boolean {
    return (
      ALWAYS_KNOWN.has(service) ||
      (service === 'lambda' && options.lambda !== undefined) ||
      observability?.has(service) === true ||
      options.services?.has(service) === true
    );
  }

  function dispatch(call: AwsCall, principal: Principal): AwsResponse | Promise<AwsResponse> {
    const handler = observability?.get(call.service) ?? options.services?.get(call.service);
    if (handler !== undefined) return handler(call, principal);
    switch (call.service) {
      case 'dynamodb':
        return proxied(dynamodb, call, 'DynamoDB', 'the stack has no tables');
      case 'sqs':
        return proxied(sqs, call, 'SQS', 'the stack has no queues');
      case 'lambda':
        if (options.lambda !== undefined) return handleLambda(options.lambda, call);
        break;
      case 'sts':
        return handleSts(call, principal);
    }
    return notEmulated(call, principal);
  }

  async function proxied(
    proxy: ServiceProxy | undefined,
    call: AwsCall,
    name: string,
    absence: string,
  ): Promise<AwsResponse> {
    if (proxy === undefined) {
      return errorResponse(
        call.protocol,
        501,
        'NotImplementedException',
        `${name} is not running: ${absence}`,
      );
    }
    try {
      return await proxy.handle(call);
    } catch (error) {
      // SDKs retry a 500, and Dynoxide may be on its way back.
      const message = `${name} cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
      options.events.warn('error', message);
      return errorResponse(call.protocol, 500, 'InternalServerError', message);
    }
  }

  function notEmulated(call: AwsCall, principal: Principal | undefined): AwsResponse {
    const caller = principal === undefined ? '' : `, called by ${principal.name}`;
    const message = `sam-offline does not emulate ${call.service} (${call.operation}${caller})`;
    if (!warned.has(call.service)) {
      warned.add(call.service);
      options.events.warn('warn', message);
    }
    return errorResponse(call.protocol, 501, 'NotImplementedException', message);
  }

  function health(): AwsResponse {
    const services = {
      ...{ dynamodb: dynamodb !== undefined, sqs: sqs !== undefined },
      ...{ lambda: options.lambda !== undefined, 'execute-api': options.connections !== undefined },
      sts: true,
    };
    return {
      statusCode: 200,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        status: 'ok',
        region: options.region,
        services: Object.entries(services)
          .filter(([, runs]) => runs)
          .map(([name]) => name)
          .concat([...(observability?.keys() ?? [])])
          .concat(options.s3 === undefined ? [] : ['s3'])
          .concat([...(options.services?.keys() ?? [])]),
      }),
    };
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          const address = server.address();
          resolve(address === null || typeof address === 'string' ? port : address.port);
        });
      }),
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
      await Promise.all([dynamodb?.close(), sqs?.close()]);
    },
  };
}

/** Services that respond in every stack, if only to say what the stack does not have. */
const ALWAYS_KNOWN: ReadonlySet<string> = new Set(['dynamodb', 'sqs', 'sts']);

/** Services whose JSON protocol responds to a denial with 400, as to every error of the client. */
const DENIED_WITH_400 = new Set(['dynamodb', 'logs']);

function accessDenied({ service, protocol }: AwsCall, { message }: Refusal): AwsResponse {
  const status = DENIED_WITH_400.has(service) ? 400 : 403;
  const code = protocol === 'query' ? 'AccessDenied' : 'AccessDeniedException';
  return errorResponse(protocol, status, code, message);
}

function badSignature({ service, protocol }: AwsCall, { code, message }: Refusal): AwsResponse {
  const status = protocol === 'json' && service !== 'sqs' ? 400 : 403;
  return errorResponse(protocol, status, code, message);
}

/** The operation of a call; REST APIs name it by their paths. */
function operationOf(call: AwsCall): string {
  if (call.service === 'lambda') return lambdaOperation(call);
  if (call.service === 's3') return readS3Request(call).operation;
  if (call.service === 'scheduler') return schedulerOperation(call);
  return call.service === 'xray' ? xrayOperation(call) : call.operation;
}

function isHealthCheck({ path, query, headers }: AwsCall): boolean {
  return (
    (path === '/' || path === '/_health') &&
    query === '' &&
    headers.authorization === undefined &&
    serviceOfHost(headers.host) === undefined
  );
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    // An object: it has no target, and no action.
    const isUpload =
      request.headers['x-amz-target'] === undefined &&
      (request.method === 'PUT' ||
        request.headers['content-type']?.startsWith('multipart/') === true);
    const maximum = isUpload ? MAXIMUM_OBJECT_BYTES : MAXIMUM_BODY_BYTES;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maximum) {
        reject(new Error(`The request is over ${maximum} bytes`));
        request.destroy();
        return;
      }
      chunks.push(chunk);
    });
    request.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length));
    });
    request.once('error', reject);
  });
}

function send(serverResponse: ServerResponse, response: AwsResponse): void {
  if (serverResponse.headersSent || serverResponse.destroyed) return;
  const { body } = response;
  const isBodiless = response.statusCode === 204 || response.statusCode === 304;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (response.stream !== undefined) {
    serverResponse.writeHead(response.statusCode, response.headers);
    // A client that has gone ends both.
    pipeline(response.stream, serverResponse, () => undefined);
    return;
  }
  const isCounted = !isBodiless && serverResponse.req.method !== 'HEAD';
  serverResponse.writeHead(
    response.statusCode,
    !isCounted ? response.headers : { ...response.headers, 'Content-Length': length },
  );
  serverResponse.end(isBodiless ? undefined : body);
}
