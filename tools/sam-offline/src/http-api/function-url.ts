import { badRequest } from './response.ts';
import { authorizeRequest } from '../request-authorization/index.ts';
import { type NeededPermission, NO_ENFORCEMENT } from '../iam/index.ts';
import { newRequestId } from '../ids/index.ts';
import {
  type InvocationResult,
  type InvokeOptions,
  type OnResponseStream,
  TooManyRequestsError,
} from '../lambda/index.ts';
import type { Principal } from '../signature/index.ts';
import type { FunctionUrl, LambdaFunction } from '../template/index.ts';
import type { HttpResponse, HeaderPair } from './response.ts';
import { isPreflight, preflightHeaders, responseHeaders } from './cors.ts';
import { eventBody } from './event-body.ts';
import { addForwardedHeaders, queryV2 } from './event-v2.ts';
import { MalformedResponseError, parseFunctionResult, readResult } from './function-result.ts';
import type { GatewayOptions, RequestHandler } from './gateway-options.ts';
import { isRecord } from '../is-record.ts';
import { INVOCATION_PAYLOAD_BYTES } from './limits.ts';
import { commonLogTime, iamIdentity } from './request-context.ts';
import { emitRequest, type RequestNotes, requestNotes } from './request-fact.ts';
import type { GatewayRequest } from './request.ts';
import { createRecord, toSignedRequest } from './request.ts';
import { StreamedResponse } from './streamed-response.ts';

const FORMAT = {
  payloadFormatVersion: '2.0',
  defaultContentType: 'application/json',
  unquotesStrings: false,
} as const;

/**
 * Serves a Function URL. It uses payload format 2.0, but the path is not decoded, the errors differ
 * from those of HTTP APIs, and only the function's time-out applies.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 * @see https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/functionurl-request.json
 */
export function createFunctionUrl(
  { logicalId }: Pick<LambdaFunction, 'logicalId'>,
  url: FunctionUrl,
  options: GatewayOptions,
): RequestHandler {
  const { invoker, events, region, permissions = NO_ENFORCEMENT } = options;
  const needed = neededPermissions(url);
  /**
   * Whether requests without a signature are allowed. The value is kept because the template does
   * not change while the stack runs.
   */
  let isPublic: boolean | undefined;

  return {
    async handle(request) {
      const requestId = newRequestId();
      const notes = requestNotes();
      notes.functionName = options.functionNames?.get(logicalId) ?? logicalId;
      let response: HttpResponse;
      try {
        response = await dispatch(request, requestId, notes);
      } catch (error) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        events.warn('error', `Function URL of ${logicalId}: ${text}`);
        response = internalServerError;
      }
      const emit = (): void => {
        emitRequest(events, { kind: 'function-url' }, requestId, request, response, notes);
      };
      if (response.stream === undefined) emit();
      else response.stream.once('close', emit);
      const { cors } = url;
      const corsHeaders: HeaderPair[] = [];
      if (cors !== undefined && !isPreflight(request)) {
        corsHeaders.push(...responseHeaders(cors, request));
      }
      return {
        ...response,
        headers: [
          ...withoutNames(response.headers, corsHeaders),
          ...corsHeaders,
          ['x-amzn-RequestId', requestId],
          ['X-Amzn-Trace-Id', request.traceId],
        ],
      };
    },
  };

  async function dispatch(
    request: GatewayRequest,
    requestId: string,
    notes: RequestNotes,
  ): Promise<HttpResponse> {
    if (request.isMalformed) return badRequest;
    // Browsers do not sign preflights, so the response is made before the signature is checked.
    if (url.cors !== undefined && isPreflight(request)) {
      return { statusCode: 200, headers: preflightHeaders(url.cors, request), body: '' };
    }
    let caller: Principal | undefined;
    if (url.authType === 'AWS_IAM') {
      const { principal, refusal } = authorizeRequest(
        options,
        toSignedRequest(request),
        { service: 'lambda', region },
        () => ({ permissions: needed }),
      );
      if (refusal !== undefined) {
        if (refusal.principal === undefined) {
          const why = `${refusal.code}: ${refusal.message}`;
          events.warn('warn', `Function URL of ${logicalId}: 403: ${why}`);
        }
        return forbidden;
      }
      caller = principal;
    } else {
      isPublic ??= needed.every((one) => permissions.refuseAnonymous(one) === undefined);
      if (!isPublic) return forbidden;
    }
    const payload = JSON.stringify(createFunctionUrlEvent(request, requestId, url.urlId, caller));
    if (Buffer.byteLength(payload) > INVOCATION_PAYLOAD_BYTES) return functionUrlTooLarge;
    const invokeOptions = { traceId: request.traceId, invokedArn: url.functionArn };
    let result: InvocationResult;
    try {
      if (url.invokeMode === 'RESPONSE_STREAM') {
        const invoked = await invokeStreaming(payload, invokeOptions, notes);
        if ('statusCode' in invoked) return invoked;
        result = invoked;
      } else {
        result = await invoker.invoke(logicalId, payload, invokeOptions);
      }
    } catch (error) {
      if (error instanceof TooManyRequestsError) return throttled(error);
      throw error;
    }
    notes.invocationId = result.requestId;
    if (!result.ok) return badGateway;
    try {
      return (
        (url.invokeMode === 'RESPONSE_STREAM' ? parseStreamed(result.payload) : undefined) ??
        parseFunctionResult(result.payload, FORMAT)
      );
    } catch (error) {
      if (!(error instanceof MalformedResponseError)) throw error;
      return malformed(error);
    }
  }

  /**
   * Invokes the function with a streamed response.
   * @returns the response as soon as it begins, or the result of a function that did not stream
   */
  function invokeStreaming(
    payload: string,
    invokeOptions: InvokeOptions,
    notes: RequestNotes,
  ): Promise<HttpResponse | InvocationResult> {
    return new Promise((resolve, reject) => {
      let streamed: StreamedResponse | undefined;
      const onResponseStream: OnResponseStream = (contentType, resume) => {
        const begin = (begun: HttpResponse | MalformedResponseError): void => {
          resolve(begun instanceof MalformedResponseError ? malformed(begun) : begun);
        };
        const response = new StreamedResponse(contentType, FORMAT, begin, resume);
        streamed = response;
        return (chunk) => response.write(chunk);
      };
      invoker.invoke(logicalId, payload, { ...invokeOptions, onResponseStream }).then((result) => {
        if (streamed === undefined) {
          resolve(result);
          return;
        }
        notes.invocationId = result.requestId;
        notes.streamedBytes = streamed.bytes;
        if (result.ok) streamed.end();
        else if (!streamed.fail(new Error(result.errorMessage))) resolve(badGateway);
      }, reject);
    });
  }

  function malformed(error: MalformedResponseError): HttpResponse {
    events.warn('warn', `Function URL of ${logicalId}: malformed response: ${error.message}.`);
    return badGateway;
  }
}

/**
 * Gives the permissions that a request needs. Since October 2025 the permission to invoke the
 * function is needed too. For requests without a signature, the function's resource policy has to
 * allow both to everybody. SAM makes these permissions for `FunctionUrlConfig`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
function neededPermissions({ functionArn, authType }: FunctionUrl): NeededPermission[] {
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].map((action) => ({
    action,
    resource: functionArn,
    context: () => ({
      'lambda:FunctionUrlAuthType': authType,
      'lambda:InvokedViaFunctionUrl': 'true',
    }),
  }));
}

function createFunctionUrlEvent(
  request: GatewayRequest,
  requestId: string,
  urlId: string,
  caller: Principal | undefined,
) {
  const identity = caller && iamIdentity(caller);
  const headers = createRecord();
  for (const name in request.headers) headers[name] = request.headers[name] ?? '';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: request.rawPath,
    rawQueryString: request.rawQueryString,
    cookies: request.cookies.length === 0 ? undefined : request.cookies,
    headers: addForwardedHeaders(headers, request),
    queryStringParameters: queryV2(request),
    requestContext: {
      accountId: identity?.accountId ?? 'anonymous',
      apiId: urlId,
      ...(identity && { authentication: null, authorizer: { iam: identity } }),
      domainName: request.host,
      domainPrefix: urlId,
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.userAgent,
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: commonLogTime(request.receivedAtMs),
      timeEpoch: request.receivedAtMs,
    },
    ...eventBody(request.body, request.headers['content-type']),
  };
}

/** The bytes between a streamed response's metadata and its body. */
const PRELUDE_END = Buffer.alloc(8);

/**
 * Reads a complete streamed response: the metadata as JSON, eight zero bytes, and the body.
 * Undefined if the function streamed only a body, or did not stream.
 */
function parseStreamed(payload: Buffer): HttpResponse | undefined {
  const end = payload[0] === 0x7b ? payload.indexOf(PRELUDE_END) : -1;
  if (end === -1) return undefined;
  let metadata: unknown;
  try {
    metadata = JSON.parse(payload.toString('utf8', 0, end));
  } catch {
    return undefined;
  }
  if (!isRecord(metadata)) return undefined;
  const body = payload.subarray(end + PRELUDE_END.length);
  return readResult(
    { statusCode: 200, ...metadata },
    { ...FORMAT, defaultContentType: 'application/octet-stream' },
    body,
  );
}

function lambdaError(
  statusCode: number,
  body: object | string,
  errorType: string | undefined,
): HttpResponse {
  const headers: HeaderPair[] = [['Content-Type', 'application/json']];
  if (errorType !== undefined) headers.push(['x-amzn-ErrorType', errorType]);
  return { statusCode, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const forbidden = lambdaError(403, { Message: 'Forbidden' }, 'AccessDeniedException');
const badGateway = lambdaError(502, 'Internal Server Error', undefined);
const internalServerError = lambdaError(500, 'Internal Server Error', undefined);
/** The response to a request whose event would exceed Lambda's payload limit. */
export const functionUrlTooLarge: HttpResponse = lambdaError(
  413,
  {
    message: `Request must be smaller than ${INVOCATION_PAYLOAD_BYTES} bytes for the InvokeFunction operation`,
  },
  'RequestEntityTooLargeException',
);

function throttled({ reason, message }: TooManyRequestsError): HttpResponse {
  return lambdaError(429, { Reason: reason, Type: 'User', message }, 'TooManyRequestsException');
}

/** "If there are conflicting headers, the configured CORS headers … take precedence." */
function withoutNames(
  headers: readonly HeaderPair[],
  replaced: readonly HeaderPair[],
): readonly HeaderPair[] {
  if (replaced.length === 0) return headers;
  const names = new Set(replaced.map(([name]) => name.toLowerCase()));
  return headers.filter(([name]) => !names.has(name.toLowerCase()));
}
