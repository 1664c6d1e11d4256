import { createBackend } from './backend.ts';
import type { AwsCall } from './call.ts';
import type { ServiceProxy } from './dynamodb.ts';
import { queryToJson, jsonToXml } from './sqs-query.ts';

/** The maximum number of connections. Each long poll uses one for up to 20 s. */
const CONNECTIONS = 256;

/**
 * Makes a proxy that passes calls on to the local SQS. Calls in the Query protocol are translated
 * to JSON and back.
 */
export function createSqsProxy(endpoint: string, region: string): ServiceProxy {
  const backend = createBackend(endpoint, CONNECTIONS);
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=0`;

  const headers = (call: AwsCall): string[] => [
    ...[
      'content-type',
      'application/x-amz-json-1.0',
      'x-amz-target',
      `AmazonSQS.${call.operation}`,
    ],
    // The local SQS makes queue URLs from this host, so that they have the address of the endpoint.
    ...['authorization', authorization, 'host', call.headers.host ?? 'localhost'],
    ...traceHeader(call),
  ];
  return {
    async handle(call) {
      if (call.protocol !== 'query') return backend.post(headers(call), call.body);
      const input = queryToJson(call);
      return jsonToXml(
        call.operation,
        await backend.post(headers(call), Buffer.from(JSON.stringify(input))),
      );
    },
    close: () => backend.close(),
  };
}

/** SQS stores the trace header with which a message was sent. */
function traceHeader({ headers }: AwsCall): string[] {
  const header = headers['x-amzn-trace-id'];
  return typeof header === 'string' ? ['x-amzn-trace-id', header] : [];
}
