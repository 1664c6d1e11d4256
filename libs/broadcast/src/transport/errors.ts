import {
  ApiGatewayManagementApiServiceException,
  ForbiddenException,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** The response to a push that failed. */
export interface ErrorResponse {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly errorType: string | undefined;
  readonly body: string;
}

/** No response to a push came in time. `name` is the SDK's. */
export class PushTimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(timeoutMs: number) {
    super(`the connection's endpoint did not respond within ${timeoutMs} ms`);
  }
}

/**
 * The SDK's own exception for a response of `@connections`, so that `instanceof GoneException` and
 * the like hold for both.
 */
export function errorOf(response: ErrorResponse): ApiGatewayManagementApiServiceException {
  const options = {
    message: messageIn(response.body) ?? `responded with status ${response.status}`,
    $metadata: {
      httpStatusCode: response.status,
      ...(response.requestId !== undefined && { requestId: response.requestId }),
    },
  };
  switch (response.status) {
    case 403:
      return new ForbiddenException(options);
    case 410:
      return new GoneException(options);
    case 413:
      return new PayloadTooLargeException(options);
    case 429:
      return new LimitExceededException(options);
    default:
      return new ApiGatewayManagementApiServiceException({
        ...options,
        name: response.errorType?.split(':')[0] ?? 'UnknownError',
        $fault: response.status < 500 ? 'client' : 'server',
      });
  }
}

function messageIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    // AWS spells this field in both ways.
    const { message, Message } = parsed as { message?: unknown; Message?: unknown };
    return [message, Message].find((text) => typeof text === 'string');
  } catch {
    return undefined;
  }
}
