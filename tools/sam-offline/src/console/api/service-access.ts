/** Doors to the buckets, topics, rules and schedules of the running stack, those that were made by calls too. */
export interface ServiceAccess {
  /** The names of all buckets with how many objects each has. */
  readonly buckets: () => Promise<readonly BucketSummary[]>;
  /** A page of the objects of a bucket in the order of their keys; undefined where there is no such bucket. */
  readonly objects: (bucket: string, page: ObjectPage) => Promise<ObjectListing | undefined>;
  /** An object with the first bytes of its content; undefined where there is none. */
  readonly object: (
    bucket: string,
    key: string,
    maximumBytes: number,
  ) => Promise<ObjectContent | undefined>;
  readonly topics: () => Promise<readonly TopicView[]>;
  /** Publishes a message. @returns its id. @throws Error with SNS's sentence, where it refuses */
  readonly publish: (topicArn: string, message: NewMessage) => Promise<string>;
  readonly rules: () => Promise<readonly RuleView[]>;
  readonly schedules: () => Promise<readonly ScheduleView[]>;
}

export interface BucketSummary {
  readonly bucketName: string;
  readonly objects: number;
  readonly bytes: number;
}

export interface ObjectPage {
  readonly prefix: string;
  /** The page starts behind this key; empty: at the first. */
  readonly after: string;
  readonly limit: number;
}

export interface ObjectSummary {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly contentType: string;
  /** ms since 1970 */
  readonly lastModifiedMs: number;
}

export interface ObjectListing {
  readonly objects: readonly ObjectSummary[];
  /** What the next page starts behind; absent at the end. */
  readonly next?: string | undefined;
}

export interface ObjectContent extends ObjectSummary {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The first bytes of it. */
  readonly content: Buffer;
}

export interface TopicView {
  readonly topicName: string;
  readonly arn: string;
  readonly isFifo: boolean;
  readonly subscriptions: readonly {
    readonly arn: string;
    readonly protocol: string;
    readonly endpoint: string;
    /** An HTTP endpoint has to confirm before it is sent anything. */
    readonly isConfirmed: boolean;
    /** `FilterPolicy`, `RawMessageDelivery`, `RedrivePolicy` … */
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

export interface NewMessage {
  readonly message: string;
  readonly subject?: string | undefined;
  /** `X-Amzn-Trace-Id`: what the message leads to is in that trace. */
  readonly traceHeader: string;
  /** Of FIFO topics. */
  readonly messageGroupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

export interface RuleView {
  readonly name: string;
  readonly arn: string;
  readonly eventBusName: string;
  readonly description?: string | undefined;
  readonly isEnabled: boolean;
  /** As JSON. */
  readonly eventPattern?: string | undefined;
  readonly scheduleExpression?: string | undefined;
  /** When a rule with a schedule is due next, in ms since 1970. */
  readonly nextMs?: number | undefined;
  readonly targets: readonly { readonly id: string; readonly arn: string }[];
}

export interface ScheduleView {
  readonly name: string;
  readonly groupName: string;
  readonly arn: string;
  readonly expression: string;
  readonly timeZone?: string | undefined;
  readonly isEnabled: boolean;
  /** When it is due next, in ms since 1970; absent where it never will be. */
  readonly nextMs?: number | undefined;
  readonly targetArn: string;
  /** What the target gets, as it is written; absent: an event that says which schedule it was. */
  readonly input?: string | undefined;
}
