import type { FactOf } from './belonging.ts';

/** The result of a batch of an event source mapping. */
interface OfBatch {
  readonly functionName: string;
  readonly source: 'dynamodb-stream' | 'sqs';
  /** The name of the table or queue. */
  readonly sourceName: string;
  /** The logical id of the mapping. */
  readonly mapping: string;
  readonly records: number;
}

/** Facts about AWS calls, event source mappings, queues, tables and permissions. */
export type ServiceFact =
  | FactOf<
      'aws.call',
      {
        /** The caller: `local`, or a function's logical id. Absent if the signature was refused. */
        readonly caller?: string | undefined;
        /** The segment that made the call, from the call's `X-Amzn-Trace-Id`. */
        readonly parentId?: string | undefined;
        /** The service in the signature's scope: `dynamodb`, `sqs`, `lambda`. */
        readonly service: string;
        readonly operation: string;
        /** The name of the table, queue or function, if there is one. */
        readonly resource?: string | undefined;
        readonly statusCode: number;
        /** The error's code if the call failed: `ConditionalCheckFailedException`. */
        readonly errorType?: string | undefined;
        readonly requestBytes: number;
        readonly responseBytes: number;
        readonly durationMs: number;
        /**
         * For DynamoDB, the capacity and items of each table. For SQS, the messages that were sent,
         * received or deleted.
         */
        readonly resources?: readonly CalledResource[] | undefined;
        /**
         * Ids of what the call wrote, if other parts continue from it. For event source mappings,
         * `carries` of the batch has the same ids: those of SQS messages, or of changes to items of
         * tables with streams. For deliveries, `messageId` has the same ids: those of SNS messages,
         * EventBridge events or S3 requests.
         */
        readonly wrote?: readonly string[] | undefined;
        /** For DynamoDB: why each item's part of a cancelled transaction failed, if it did. */
        readonly cancellations?:
          readonly { readonly name: string; readonly code: string }[] | undefined;
      }
    >
  | FactOf<
      'batch.read',
      OfBatch & {
        readonly bytes: number;
        /** The age of the newest record (stream), or of the oldest message (queue). */
        readonly ageMs: number;
        /**
         * The ids of the messages or changes, as in `wrote` of the calls. Only the first 1,000 are
         * given.
         */
        readonly carries?: readonly string[] | undefined;
      }
    >
  | FactOf<'batch.succeeded', OfBatch & { readonly durationMs: number }>
  | FactOf<
      'batch.retried',
      OfBatch & {
        /**
         * The number of the attempt that failed, from 1. For a queue, it is the highest
         * `ApproximateReceiveCount` of the batch's messages.
         */
        readonly attempt: number;
        /** The function's error, or the failures that it reported. */
        readonly reason: string;
        /** How many records are tried again. */
        readonly failed: number;
        /** For a stream: the age of the newest record. */
        readonly ageMs?: number | undefined;
      }
    >
  | FactOf<'batch.bisected', OfBatch & { readonly parts: readonly number[] }>
  | FactOf<
      'batch.discarded',
      OfBatch & { readonly reason: 'retries-exhausted' | 'record-age-exceeded' | 'filtered' }
    >
  | FactOf<
      'destination.sent',
      {
        readonly kind: 'dead-letter-queue' | 'on-failure' | 'on-success';
        readonly functionName: string;
        /** The ARN of the queue or function. */
        readonly target: string;
        readonly outcome: 'delivered' | 'failed';
        readonly error?: string | undefined;
      }
    >
  /** An attempt of S3, SNS, EventBridge or EventBridge Scheduler to send a message to a target. */
  | FactOf<
      'delivery',
      {
        /** The service in the signature's scope: `s3`, `sns`, `events`, `scheduler`. */
        readonly service: string;
        /** The name of the bucket, topic, rule or schedule. */
        readonly source: string;
        /** The target's ARN or address. */
        readonly target: string;
        /** `failed` is final; after `retried`, another attempt follows. */
        readonly outcome: 'delivered' | 'retried' | 'failed';
        /** The number of the attempt, from 1. */
        readonly attempt: number;
        readonly durationMs: number;
        readonly error?: string | undefined;
        /** The id of the message or event that the queue, topic or event bus received. */
        readonly wrote?: readonly string[] | undefined;
      }
    >
  /** SQS moved messages of a queue to its dead-letter queue, after `maxReceiveCount` receives. */
  | FactOf<'message.dead-lettered', { readonly queueName: string; readonly messages: number }>
  /** The state of each queue, every five seconds. */
  | FactOf<
      'queue.depth',
      {
        readonly queueName: string;
        readonly visible: number;
        readonly notVisible: number;
        readonly delayed: number;
        /** 0 if the queue has no messages. */
        readonly oldestAgeMs: number;
      }
    >
  | FactOf<'ttl.removed', { readonly tableName: string; readonly items: number }>
  /** A principal used a permission for the first time in this run. */
  | FactOf<'permission.granted', PermissionFields>
  /** A principal had no permission for what it called, for the first time in this run. */
  | FactOf<
      'permission.denied',
      PermissionFields & {
        /** The error message, in AWS's words. */
        readonly reason: string;
        /** False if the denial was only reported, and the call was let through. */
        readonly enforced: boolean;
        /** The policy and statement that deny. Absent if no statement allows the call. */
        readonly deniedBy?: string | undefined;
        /** The place of that policy in the template. */
        readonly templateLine?: number | undefined;
        /** The statement that would allow the call, as JSON. */
        readonly suggestion?: string | undefined;
      }
    >
  /** A segment document that a function or the operator sent to X-Ray. */
  | FactOf<'segment', { readonly document: string }>
  /** Data of CloudWatch's PutMetricData. */
  | FactOf<'metric.put', { readonly namespace: string; readonly datum: MetricDatum }>;

interface PermissionFields {
  /** `operator`, or a function's logical id. */
  readonly caller: string;
  /** The ARN of the role or user. */
  readonly principal: string;
  /** `dynamodb:PutItem` */
  readonly action: string;
  readonly resource: string;
}

/** How much of one resource an AWS call used. */
export interface CalledResource {
  readonly name: string;
  /** The number of items or messages. */
  readonly items?: number | undefined;
  readonly readUnits?: number | undefined;
  readonly writeUnits?: number | undefined;
  readonly bytes?: number | undefined;
}

/** Values of one metric: one value, or several with the number of times that each occurred. */
export interface MetricDatum {
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** CloudWatch's name of the unit: `Milliseconds`, `Count`, `None`. */
  readonly unit: string;
  readonly values: readonly number[];
  /** As many numbers as `values` has. Each is 1 if absent. */
  readonly counts?: readonly number[] | undefined;
  /** Minimum, maximum, sum and sample count, in place of values. */
  readonly statisticSet?: StatisticSet | undefined;
  /** Seconds: 1 for high resolution, otherwise 60. */
  readonly storageResolution: 1 | 60;
}

export interface StatisticSet {
  readonly minimum: number;
  readonly maximum: number;
  readonly sum: number;
  readonly sampleCount: number;
}
