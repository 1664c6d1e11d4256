import type { IntegrationEnd } from '../invoke-integration.ts';

/** What an access log says of an integration. */
export interface LoggedIntegration {
  /** What Lambda's API returned: 200 also where the function threw. Undefined where it returned nothing in time. */
  readonly integrationStatus: number | undefined;
  /** `$context.integrationErrorMessage`; undefined where the integration did not fail. */
  readonly integrationError: string | undefined;
}

const MALFORMED =
  "The response from the Lambda function doesn't match the format that API Gateway expects.";

/**
 * An integration's end in the words of API Gateway, as HTTP APIs have them in public access logs; for a throttled
 * function and a time-out, the words are those of Lambda and of `INTEGRATION_TIMEOUT`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
 */
export function loggedIntegration(end: IntegrationEnd<unknown>): LoggedIntegration {
  if (end.outcome === 'responded') {
    return { integrationStatus: end.integrationStatus ?? 200, integrationError: undefined };
  }
  if (end.outcome === 'timed-out') {
    return { integrationStatus: undefined, integrationError: 'Endpoint request timed out' };
  }
  switch (end.reason) {
    case 'forbidden':
      return {
        integrationStatus: 403,
        integrationError:
          "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again.",
      };
    case 'function':
      return {
        integrationStatus: 200,
        integrationError: `The Lambda function returned the following error: ${end.functionError ?? ''}. Check your Lambda function code and try again.`,
      };
    case 'throttled':
      return { integrationStatus: 429, integrationError: 'Rate Exceeded.' };
    case 'malformed':
      return {
        integrationStatus: 200,
        integrationError:
          `${MALFORMED} ${end.error instanceof Error ? end.error.message : ''}`.trim(),
      };
    case 'unreachable':
    case 'configuration':
    case 'media-type':
      return { integrationStatus: undefined, integrationError: end.message };
    case 'unexpected':
      return { integrationStatus: 500, integrationError: end.message };
  }
}
