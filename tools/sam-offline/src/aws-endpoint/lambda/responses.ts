import { newRequestId } from '../../ids/index.ts';
import {
  InvalidParameterValueError,
  InvalidRequestContentError,
  TooManyRequestsError,
} from '../../lambda/index.ts';
import type { AwsResponse } from '../call.ts';

/** Makes a JSON response. */
export function json(statusCode: number, body: object): AwsResponse {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json', 'x-amzn-RequestId': newRequestId() },
    body: JSON.stringify(body),
  };
}

/**
 * Makes a response without a body.
 * @param version the invoked version of the function
 */
export function empty(statusCode: number, version: string): AwsResponse {
  return {
    statusCode,
    headers: { 'x-amzn-RequestId': newRequestId(), 'X-Amz-Executed-Version': version },
    body: '',
  };
}

/** Makes an error response of Lambda's API. */
export function failure(
  statusCode: number,
  code: string,
  message: string,
  more: object = { Type: 'User' },
): AwsResponse {
  const { headers, body } = json(statusCode, { ...more, Message: message, message });
  return { statusCode, headers: { ...headers, 'x-amzn-ErrorType': code }, body };
}

/** Makes the response for an operation that is not emulated. */
export function notEmulated(operation: string): AwsResponse {
  const message = `sam-offline does not emulate Lambda's ${operation}`;
  return failure(501, 'NotImplementedException', message, {});
}

/** Makes the response for a function that could not be invoked. */
export function refusal(error: unknown): AwsResponse {
  if (error instanceof TooManyRequestsError) {
    return failure(429, error.name, error.message, { Reason: error.reason, Type: 'User' });
  }
  if (error instanceof InvalidParameterValueError || error instanceof InvalidRequestContentError) {
    return failure(400, error.name, error.message);
  }
  const message = error instanceof Error ? error.message : String(error);
  return failure(500, 'ServiceException', message, {});
}
