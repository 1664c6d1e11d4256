import type { FactOf } from './belonging.ts';

/** What became of one event source mapping's batch. */
interface OfBatch {
  readonly functionName: string;
  readonly source: 'dynamodb-stream' | 'sqs';
  /** Table or queue name. */
  readonly sourceName: string;
  /** Logical id of the mapping. */
  readonly mapping: string;
  readonly records: number;
}

/** AWS calls, event source mappings, queues, tables, and permissions. */
export type ServiceFact =
  | FactOf<
      'aws.call',
      {
        /** Who called: `local`, or a function's logical id; absent where the signature was refused. */
        readonly caller?: string | undefined;
        /** The segment that made the call, of the call's `X-Amzn-Trace-Id`. */
        readonly parentId?: string | undefined;
        /** As in the signature's scope: `dynamodb`, `sqs`, `lambda`. */
        readonly service: string;
        readonly operation: string;
        /** Table, queue or function name, where there is one. */
        readonly resource?: string | undefined;
        readonly statusCode: number;
        /** `ConditionalCheckFailedException`, where it failed. */
        readonly errorType?: string | undefined;
        readonly requestBytes: number;
        readonly responseBytes: number;
        readonly durationMs: number;
        /** DynamoDB: what each table took part with. SQS: the messages sent, received or deleted. */
        readonly resources?: readonly CalledResource[] | undefined;
        /**
         * What the call wrote that something goes on with. For event source mappings, as `carries` of
         * the batch names it: ids of SQS messages, or ids of changes to items of tables with streams.
         * For deliveries, as their `messageId` is: ids of SNS messages, EventBridge events, S3 requests.
         */
        readonly wrote?: readonly string[] | undefined;
        /** DynamoDB: why each item's part of a cancelled transaction failed, where it did. */
        readonly cancellations?:
          readonly { readonly name: string; readonly code: string }[] | undefined;
      }
    >
  | FactOf<
      'batch.read',
      OfBatch & {
        readonly bytes: number;
        /** Age of the newest record (stream), or of the oldest message (queue). */
        readonly ageMs: number;
        /** Ids of the messages or changes, as `wrote` of the calls names them; the first 1,000. */
        readonly carries?: readonly string[] | undefined;
      }
    >
  | FactOf<'batch.succeeded', OfBatch & { readonly durationMs: number }>
  | FactOf<
      'batch.retried',
      OfBatch & {
        /**
         * The attempt that failed, from 1. Queue: how often the message that was received most often
         * has been received (`ApproximateReceiveCount`).
         */
        readonly attempt: number;
        /** The function's error, or what it reported as failed. */
        readonly reason: string;
        /** How many records are tried again. */
        readonly failed: number;
        /** Stream: the age of the newest record. */
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
        /** ARN of the queue or function. */
        readonly target: string;
        readonly outcome: 'delivered' | 'failed';
        readonly error?: string | undefined;
      }
    >
  /** An attempt of S3, SNS, EventBridge or its Scheduler to send a message to a target. */
  | FactOf<
      'delivery',
      {
        /** As in the signature's scope: `s3`, `sns`, `events`, `scheduler`. */
        readonly service: string;
        /** Name of the bucket, topic, rule or schedule. */
        readonly source: string;
        /** ARN or address. */
        readonly target: string;
        /** `failed` is the end; `retried` is not. */
        readonly outcome: 'delivered' | 'retried' | 'failed';
        /** From 1. */
        readonly attempt: number;
        readonly durationMs: number;
        readonly error?: string | undefined;
        /** The id of the message or event that a queue, topic or event bus was given. */
        readonly wrote?: readonly string[] | undefined;
      }
    >
  /** SQS moved messages of a queue to its dead-letter queue, after `maxReceiveCount` receives. */
  | FactOf<'message.dead-lettered', { readonly queueName: string; readonly messages: number }>
  /** Of each queue, every five seconds. */
  | FactOf<
      'queue.depth',
      {
        readonly queueName: string;
        readonly visible: number;
        readonly notVisible: number;
        readonly delayed: number;
        /** 0 where it has no messages. */
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
        /** AWS's sentence. */
        readonly reason: string;
        /** False where it was only reported, and the call passed. */
        readonly enforced: boolean;
        /** The policy and statement that deny; absent where none allows. */
        readonly deniedBy?: string | undefined;
        /** Where that policy stands in the template. */
        readonly templateLine?: number | undefined;
        /** The statement that would allow it, as JSON. */
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
  /** ARN of the role or user. */
  readonly principal: string;
  /** `dynamodb:PutItem` */
  readonly action: string;
  readonly resource: string;
}

/** What one resource took part in an AWS call with. */
export interface CalledResource {
  readonly name: string;
  /** Items or messages. */
  readonly items?: number | undefined;
  readonly readUnits?: number | undefined;
  readonly writeUnits?: number | undefined;
  readonly bytes?: number | undefined;
}

/** One value, or several with how often each occurred, of one metric. */
export interface MetricDatum {
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** CloudWatch's name of the unit: `Milliseconds`, `Count`, `None`. */
  readonly unit: string;
  readonly values: readonly number[];
  /** As long as `values`; each 1 where absent. */
  readonly counts?: readonly number[] | undefined;
  /** Minimum, maximum, sum and sample count in place of values. */
  readonly statisticSet?: StatisticSet | undefined;
  /** Seconds: 1 for high resolution, else 60. */
  readonly storageResolution: 1 | 60;
}

export interface StatisticSet {
  readonly minimum: number;
  readonly maximum: number;
  readonly sum: number;
  readonly sampleCount: number;
}
