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
  /** Absent if the stack has no tables. */
  readonly dynamodb?: DynamoDbTarget;
  /** Absent if the stack has no queues. */
  readonly sqs?: { readonly endpoint: string };
  readonly lambda?: LambdaTarget;
  /** Absent if nothing is observed. CloudWatch, CloudWatch Logs and X-Ray are not emulated then. */
  readonly observability?: ObservabilityTarget;
  /** The buckets. They are loaded with the first call, or at the start if the stack has buckets. */
  readonly s3?: {
    hasBucket(name: string): boolean;
    load(): Promise<S3Endpoint>;
  };
  /** Other services, by their names in the signature's scope. */
  readonly services?: ReadonlyMap<string, ServiceHandler>;
  /** Serves the `@connections` API, which verifies signatures itself. */
  readonly connections?: (
    request: ConnectionsRequest,
  ) => ConnectionsResponse | Promise<ConnectionsResponse>;
  /** Tests set shorter time-outs. */
  readonly timeouts?: ConnectionTimeouts;
}

export interface AwsEndpoint {
  /**
   * Opens the port.
   *
   * @returns the port; if the argument is 0, the system chooses one
   * @throws Error with the code `EADDRINUSE` if another program uses the port
   */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * The maximum size of a body, in bytes. It is larger than any call: the largest are BatchWriteItem
 * with 16 MB and TransactWriteItems with 4 MB.
 */
const MAXIMUM_BODY_BYTES = 17 * 1024 * 1024;
/**
 * The maximum size of an object, in bytes. S3 allows "up to 5 GB in a single PUT", but a body is
 * kept in one Buffer here.
 */
const MAXIMUM_OBJECT_BYTES = 2 * 1024 ** 3;

/**
 * Makes the HTTP endpoint for all AWS calls of the stack's functions and of the operator. The
 * signature's scope names the service.
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
    // A request without a Host is rejected because of its signature, so that its fact is emitted.
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
    // No permission could make a call to another service succeed, so none is reported as missing.
    const isKnown = isEmulated(call.service);
    const { principal, refusal } = authorizeRequest(options, call, {}, () =>
      isKnown ? { call: () => describeCall(call, operationOf(call)) } : undefined,
    );
    const isUnknown = refusal !== undefined && call.service === UNKNOWN_SERVICE;
    if (!isUnknown && !isKnown) {
      // Clients of some services do not sign requests.
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

  /**
   * Serves the links in SNS's notifications. They have no signature: the token or the id in them is
   * enough.
   */
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
      // SDKs retry a 500, and Dynoxide may be restarting.
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

/**
 * Services that respond in every stack. If the stack has no tables or queues, the response says so.
 */
const ALWAYS_KNOWN: ReadonlySet<string> = new Set(['dynamodb', 'sqs', 'sts']);

/** Services whose JSON protocol has the status 400 for a denial, as for every client error. */
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

/** Gives the operation of a call. In REST APIs the path decides. */
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
    // A request without a target and an action may upload an object.
    const isUpload =
      request.headers['x-amz-target'] === undefined &&
      (request.method === 'PUT' ||
        request.headers['content-type']?.startsWith('multipart/') === true);
    const maximum = isUpload ? MAXIMUM_OBJECT_BYTES : MAXIMUM_BODY_BYTES;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maximum) {
        reject(new Error(`The request is larger than ${maximum} bytes`));
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
  if (serverResponse.headersSent || serverResponse.destroyed) {
    // A function must not wait until somebody reads its stream.
    response.stream?.destroy();
    return;
  }
  const { body } = response;
  const isBodiless = response.statusCode === 204 || response.statusCode === 304;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (response.stream !== undefined) {
    serverResponse.writeHead(response.statusCode, response.headers);
    // If the client closes the connection, both streams end.
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
