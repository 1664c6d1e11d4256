import type { Usage } from '@blogapp/aws-prices';
import type { Load } from './load.ts';

/**
 * What is assumed of each thing that happens, where a scenario's file does not say it. Durations and
 * units are rounded up from what `npm run bench -- million` counts and from `infra/sam/template.yaml`.
 */
const ASSUMED = {
  /** GB-seconds of an invocation: 512 MB for 40 ms. */
  gigabyteSecondsAnInvocation: 0.02,
  /** Messages that one GB-second of the fan-out worker delivers. */
  deliveriesAGigabyteSecond: 2_000,
  /** `$connect` and `$disconnect`. */
  invocationsAConnection: 2,
  /** The API, the comment's stream, and the fan-out worker. */
  invocationsAPublish: 3,
  /** A connection's own row and one of a channel, put and deleted. */
  writeUnitsAConnection: 4,
  /** The item, its idempotency record, its counter, the stream's checkpoint. */
  writeUnitsAPublish: 4,
  /** Rows of 150 bytes, read eventually consistent: 4,096 bytes for half a unit. */
  readUnitsADelivery: (0.5 * 150) / 4096,
  readUnitsARequest: 2,
  /** Sent, received and deleted. */
  queueRequestsAPublish: 3,
  bytesADelivery: 500,
  bytesARequest: 4_000,
  /** Metrics that Artillery publishes of a run, and the share of a month that an hour is. */
  customMetrics: 100,
  hoursAMonth: 730,
} as const;

/** What AWS will bill of a load. */
export function usageOf(load: Load): Usage {
  const { connections, connectionMinutes, messagesIn, requests, publishes, readers } = load;
  const deliveries = publishes * readers;
  const invocations =
    connections * ASSUMED.invocationsAConnection +
    messagesIn +
    publishes * ASSUMED.invocationsAPublish +
    (requests - publishes);
  return {
    // Each message of a client has a response, which is a message too.
    webSocketMessage: 2 * messagesIn + deliveries,
    webSocketConnectionMinute: connectionMinutes,
    httpApiRequest: requests,
    invocation: invocations,
    gigabyteSecond:
      invocations * ASSUMED.gigabyteSecondsAnInvocation +
      deliveries / ASSUMED.deliveriesAGigabyteSecond,
    writeUnit: connections * ASSUMED.writeUnitsAConnection + publishes * ASSUMED.writeUnitsAPublish,
    readUnit: deliveries * ASSUMED.readUnitsADelivery + requests * ASSUMED.readUnitsARequest,
    queueRequest: publishes * ASSUMED.queueRequestsAPublish,
    dataOutGigabyte: (deliveries * ASSUMED.bytesADelivery + requests * ASSUMED.bytesARequest) / 1e9,
    customMetricMonth: ASSUMED.customMetrics / ASSUMED.hoursAMonth,
  };
}
