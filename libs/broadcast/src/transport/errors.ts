import {
  ApiGatewayManagementApiServiceException,
  ForbiddenException,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** What a failed push was answered with. */
export interface ErrorAnswer {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly errorType: string | undefined;
  readonly body: string;
}

/** A push that was not answered in time; named as the SDK names it. */
export class PushTimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(timeoutMs: number) {
    super(`the connection's endpoint did not answer within ${timeoutMs} ms`);
  }
}

/**
 * The SDK's own exception for an answer of `@connections`, so that `instanceof GoneException` and
 * the like hold for both.
 */
export function errorOf(answer: ErrorAnswer): ApiGatewayManagementApiServiceException {
  const options = {
    message: messageIn(answer.body) ?? `answered with status ${answer.status}`,
    $metadata: {
      httpStatusCode: answer.status,
      ...(answer.requestId !== undefined && { requestId: answer.requestId }),
    },
  };
  switch (answer.status) {
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
        name: answer.errorType?.split(':')[0] ?? 'UnknownError',
        $fault: answer.status < 500 ? 'client' : 'server',
      });
  }
}

function messageIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    // AWS writes it in both ways.
    const { message, Message } = parsed as { message?: unknown; Message?: unknown };
    return [message, Message].find((text) => typeof text === 'string');
  } catch {
    return undefined;
  }
}
