import type { APIGatewayProxyEventV2, SQSRecord } from 'aws-lambda';
import type { ConnectEvent, DisconnectEvent, MessageEvent } from '../web-socket-event.ts';

const connectedAt = Date.parse('2026-11-23T08:00:00Z');

function requestContext(eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT', routeKey: string) {
  return {
    routeKey,
    messageId: 'message',
    eventType,
    extendedRequestId: 'extended',
    requestTime: '23/Nov/2026:08:00:00 +0000',
    messageDirection: 'IN' as const,
    stage: 'development',
    connectedAt,
    requestTimeEpoch: connectedAt,
    requestId: 'gateway-id',
    domainName: 'abc.execute-api.ap-northeast-1.amazonaws.com',
    connectionId: 'connection-1=',
    apiId: 'abc',
  };
}

export function connectEvent(headers: Record<string, string> = {}): ConnectEvent {
  return { requestContext: requestContext('CONNECT', '$connect'), headers };
}

export function disconnectEvent(): DisconnectEvent {
  return {
    requestContext: {
      ...requestContext('DISCONNECT', '$disconnect'),
      requestTimeEpoch: connectedAt + 90_000,
      disconnectStatusCode: 1001,
      disconnectReason: 'Going away',
    },
  };
}

/** @param message a text is sent unchanged, and any other value as JSON */
export function messageEvent(message: unknown): MessageEvent {
  return {
    requestContext: requestContext('MESSAGE', '$default'),
    body: typeof message === 'string' ? message : JSON.stringify(message),
    isBase64Encoded: false,
  };
}

/** @param body a text is sent unchanged, and any other value as JSON */
export function httpEvent(
  body: unknown,
  overrides: Partial<APIGatewayProxyEventV2> = {},
): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'POST /broadcast/comments',
    rawPath: '/broadcast/comments',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc',
      domainName: 'abc.execute-api.ap-northeast-1.amazonaws.com',
      domainPrefix: 'abc',
      http: {
        method: 'POST',
        path: '/broadcast/comments',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'test',
      },
      requestId: 'gateway-id',
      routeKey: 'POST /broadcast/comments',
      stage: '$default',
      time: '23/Nov/2026:08:00:00 +0000',
      timeEpoch: connectedAt,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    ...overrides,
  };
}

export function sqsRecord(messageId: string, overrides: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: `task of ${messageId}`,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(connectedAt),
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: String(connectedAt),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:ap-northeast-1:123456789012:blogapp-development-fanout',
    awsRegion: 'ap-northeast-1',
    ...overrides,
  };
}
