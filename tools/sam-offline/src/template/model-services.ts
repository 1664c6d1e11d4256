import type { Cors, ExecutionRole } from './model-shared.ts';

/** The resources of a stack that are buckets, topics, event buses, schedules, parameters and secrets. */
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
  /** `EventBridgeConfiguration`: events go to the default event bus too. */
  readonly sendsToEventBridge: boolean;
  readonly cors: readonly BucketCorsRule[];
  /** Whether a policy may let everybody in; AWS blocks that unless `PublicAccessBlockConfiguration` says otherwise. */
  readonly allowsPublicPolicy: boolean;
  /** `AccessControl: PublicRead` or `PublicReadWrite`, where it is not blocked. */
  readonly publicAcl?: 'read' | 'read-write';
}

/** Which events of a bucket's objects go to which target. */
export interface BucketNotification {
  /** The configuration's id. */
  readonly id: string;
  /** `s3:ObjectCreated:*` */
  readonly event: string;
  /** A function (or its alias), queue or topic. */
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
  /** As SNS has them: `FifoTopic`, `ContentBasedDeduplication`, `DisplayName`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly logicalId: string;
  readonly topicArn: string;
  /** `sqs`, `lambda`, `http`, `https`, `email` … */
  readonly protocol: string;
  readonly endpoint: string;
  /** As SNS has them: `FilterPolicy`, `RawMessageDelivery`, `RedrivePolicy`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface EventBus {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

/** A rule of EventBridge: a pattern, a schedule, or both. */
export interface Rule {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly eventBusName: string;
  readonly description?: string;
  /** As JSON. */
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
  /** Of an SQS FIFO queue. */
  readonly messageGroupId?: string;
}

export interface Schedule {
  readonly logicalId: string;
  readonly name: string;
  readonly groupName: string;
  readonly arn: string;
  /** `rate(5 minutes)`, `cron(…)`, `at(…)` */
  readonly expression: string;
  /** `Asia/Tokyo`; UTC where absent. */
  readonly timeZone?: string;
  readonly enabled: boolean;
  /** ms since 1970. */
  readonly startMs?: number;
  readonly endMs?: number;
  /** 0 for `OFF`. */
  readonly flexibleWindowMs: number;
  readonly target: ScheduleTarget;
  /** What the scheduler acts with. */
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
  /** Given, or generated once for a stack and resource. */
  readonly value?: string;
  readonly generate?: SecretGeneration;
}

/** `GenerateSecretString` */
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
