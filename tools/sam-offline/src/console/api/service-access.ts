/**
 * Access to the buckets, topics, rules and schedules of the running stack, including those that
 * were created by calls.
 */
export interface ServiceAccess {
  /** The names of all buckets, with the number of their objects. */
  readonly buckets: () => Promise<readonly BucketSummary[]>;
  /** A page of a bucket's objects in the order of their keys. Undefined if there is no such bucket. */
  readonly objects: (bucket: string, page: ObjectPage) => Promise<ObjectListing | undefined>;
  /** An object with the first bytes of its content. Undefined if there is none. */
  readonly object: (
    bucket: string,
    key: string,
    maximumBytes: number,
  ) => Promise<ObjectContent | undefined>;
  readonly topics: () => Promise<readonly TopicView[]>;
  /**
   * Publishes a message.
   *
   * @returns its id
   * @throws Error with SNS's message if SNS refuses it
   */
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
  /** The page starts after this key. If it is empty, the page starts at the first key. */
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
  /** The key after which the next page starts. Absent at the end. */
  readonly next?: string | undefined;
}

export interface ObjectContent extends ObjectSummary {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The first bytes of the content. */
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
    /** An HTTP endpoint has to confirm before it gets messages. */
    readonly isConfirmed: boolean;
    /** `FilterPolicy`, `RawMessageDelivery`, `RedrivePolicy` … */
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

export interface NewMessage {
  readonly message: string;
  readonly subject?: string | undefined;
  /** `X-Amzn-Trace-Id`. The deliveries of the message are in that trace. */
  readonly traceHeader: string;
  /** For FIFO topics. */
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
  /** The next time at which a rule with a schedule is due, in ms since 1970. */
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
  /** The next time at which it is due, in ms since 1970. Absent if it will not be due again. */
  readonly nextMs?: number | undefined;
  readonly targetArn: string;
  /**
   * The input of the target, as it is written. If absent, the target gets an event that names the
   * schedule.
   */
  readonly input?: string | undefined;
}
