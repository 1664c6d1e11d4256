import type { ApiRequest } from './request-context.ts';

/**
 * Makes the ARN of a request's route:
 * `arn:aws:execute-api:us-east-1:123456789012:abcdef123/test/GET/request`.
 */
export function createRouteArn({ api, request, stagePath }: ApiRequest, region: string): string {
  return `arn:aws:execute-api:${region}:${api.accountId}:${api.apiId}/${api.stage}/${request.method}${stagePath}`;
}
