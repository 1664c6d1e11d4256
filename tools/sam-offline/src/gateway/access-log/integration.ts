import type { IntegrationEnd } from '../invoke-integration.ts';

/** The values of an access log that describe an integration. */
export interface LoggedIntegration {
  /**
   * The status of Lambda's API: 200 even if the function threw an error. Undefined if no response
   * came in time.
   */
  readonly integrationStatus: number | undefined;
  /** `$context.integrationErrorMessage`; undefined if the integration did not fail. */
  readonly integrationError: string | undefined;
}

const MALFORMED =
  "The response from the Lambda function doesn't match the format that API Gateway expects.";

/**
 * Describes an integration's end with API Gateway's messages, which were taken from public access
 * logs of HTTP APIs. For a throttled function the message is Lambda's, and for a time-out that of
 * the gateway response `INTEGRATION_TIMEOUT`.
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
