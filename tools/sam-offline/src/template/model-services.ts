import type { Cors, ExecutionRole } from './model-shared.ts';

/** The buckets, topics, event buses, schedules, parameters and secrets of a stack. */
export interface ServiceResources {
  readonly buckets: readonly Bucket[];
  readonly topics: readonly Topic[];
  readonly subscriptions: readonly Subscription[];
  readonly eventBuses: readonly EventBus[];
  readonly rules: readonly Rule[];
  readonly schedules: readonly Schedule[];
  readonly scheduleGroups: readonly ScheduleGroup[];
  readonly parameters: readonly SsmParameter[];
  readonly secrets: readonly Secret[];
}

export interface Bucket {
  readonly logicalId: string;
  readonly bucketName: string;
  readonly arn: string;
  readonly notifications: readonly BucketNotification[];
  /** True if events are also sent to the default event bus (`EventBridgeConfiguration`). */
  readonly sendsToEventBridge: boolean;
  readonly cors: readonly BucketCorsRule[];
  /**
   * Whether a policy may allow requests without a signature. AWS blocks this unless
   * `PublicAccessBlockConfiguration` allows it.
   */
  readonly allowsPublicPolicy: boolean;
  /** `AccessControl: PublicRead` or `PublicReadWrite`, if it is not blocked. */
  readonly publicAcl?: 'read' | 'read-write';
}

/** A configuration that sends events of a bucket's objects to a target. */
export interface BucketNotification {
  /** The id of the configuration. */
  readonly id: string;
  /** The event, such as `s3:ObjectCreated:*`. */
  readonly event: string;
  /** The ARN of a function, an alias, a queue or a topic. */
  readonly targetArn: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

export interface BucketCorsRule extends Omit<Cors, 'allowCredentials'> {
  readonly id?: string;
}

export interface Topic {
  readonly logicalId: string;
  readonly topicName: string;
  readonly arn: string;
  /** The attributes with SNS's names: `FifoTopic`, `ContentBasedDeduplication`, `DisplayName`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly logicalId: string;
  readonly topicArn: string;
  /** The protocol: `sqs`, `lambda`, `http`, `https`, `email` … */
  readonly protocol: string;
  readonly endpoint: string;
  /** The attributes with SNS's names: `FilterPolicy`, `RawMessageDelivery`, `RedrivePolicy`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface EventBus {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

/** A rule of EventBridge, with a pattern, a schedule, or both. */
export interface Rule {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly eventBusName: string;
  readonly description?: string;
  /** The event pattern, as JSON. */
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly enabled: boolean;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly input?: string;
  readonly inputPath?: string;
  readonly inputTransformer?: {
    readonly inputPathsMap: Readonly<Record<string, string>>;
    readonly inputTemplate: string;
  };
  readonly deadLetterArn?: string;
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeMs?: number;
  /** The message group, for an SQS FIFO queue. */
  readonly messageGroupId?: string;
}

export interface Schedule {
  readonly logicalId: string;
  readonly name: string;
  readonly groupName: string;
  readonly arn: string;
  /** The schedule expression: `rate(5 minutes)`, `cron(…)`, `at(…)`. */
  readonly expression: string;
  /** The time zone, such as `Asia/Tokyo`; by default UTC. */
  readonly timeZone?: string;
  readonly enabled: boolean;
  /** The start, in ms since 1970. */
  readonly startMs?: number;
  readonly endMs?: number;
  /** The flexible time window, in ms; 0 for `OFF`. */
  readonly flexibleWindowMs: number;
  readonly target: ScheduleTarget;
  /** The role with whose permissions the scheduler calls the target. */
  readonly role?: ExecutionRole;
}

export interface ScheduleTarget {
  readonly arn: string;
  readonly input?: string;
  readonly deadLetterArn?: string;
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeMs?: number;
  readonly messageGroupId?: string;
  readonly eventBridge?: { readonly detailType: string; readonly source: string };
}

export interface ScheduleGroup {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

export interface SsmParameter {
  readonly logicalId: string;
  readonly name: string;
  readonly type: 'String' | 'StringList';
  readonly value: string;
  readonly description?: string;
}

export interface Secret {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  /** The value in the template; absent if it is generated. */
  readonly value?: string;
  readonly generate?: SecretGeneration;
}

/** The settings of `GenerateSecretString`. */
export interface SecretGeneration {
  readonly length: number;
  readonly excludeCharacters: string;
  readonly excludeLowercase: boolean;
  readonly excludeNumbers: boolean;
  readonly excludePunctuation: boolean;
  readonly excludeUppercase: boolean;
  readonly includeSpace: boolean;
  readonly requireEachIncludedType: boolean;
  readonly template?: string;
  readonly key?: string;
}
