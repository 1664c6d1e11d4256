import type { Usage } from '@blogapp/aws-prices';
import type { Load } from './load.ts';

/**
 * The assumptions that the cost needs and a scenario's file does not have. Durations and units are
 * rounded up from the counts of `npm run bench -- million` and from `infra/sam/template.yaml`.
 */
const ASSUMED = {
  /** The GB-seconds of an invocation: 512 MB for 40 ms. */
  gigabyteSecondsAnInvocation: 0.02,
  /** The number of messages that the fan-out worker delivers in one GB-second. */
  deliveriesAGigabyteSecond: 2_000,
  /** The invocations of a connection: `$connect` and `$disconnect`. */
  invocationsAConnection: 2,
  /**
   * The invocations of a published message: the API, the comment stream's function, and the fan-out
   * worker.
   */
  invocationsAPublish: 3,
  /**
   * The write units of a connection: its own row and one row of a channel, each put and deleted.
   */
  writeUnitsAConnection: 4,
  /**
   * The write units of a message: the item, its idempotency record, its counter, the checkpoint of
   * the stream.
   */
  writeUnitsAPublish: 4,
  /**
   * The read units of the subscribers' rows of 150 bytes, with eventually consistent reads: 4,096
   * bytes cost half a unit.
   */
  readUnitsADelivery: (0.5 * 150) / 4096,
  readUnitsARequest: 2,
  /** The requests of a queue message: it is sent, received and deleted. */
  queueRequestsAPublish: 3,
  bytesADelivery: 500,
  bytesARequest: 4_000,
  /**
   * The number of metrics that Artillery publishes for a run, and the share of a month that an hour
   * is.
   */
  customMetrics: 100,
  hoursAMonth: 730,
} as const;

/** What AWS will bill for a load. */
export function usageOf(load: Load): Usage {
  const { connections, connectionMinutes, messagesIn, requests, publishes, readers } = load;
  const deliveries = publishes * readers;
  const invocations =
    connections * ASSUMED.invocationsAConnection +
    messagesIn +
    publishes * ASSUMED.invocationsAPublish +
    (requests - publishes);
  return {
    // Each message of a client has a response, which counts as a message too.
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
