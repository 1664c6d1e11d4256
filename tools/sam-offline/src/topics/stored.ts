import type { MessageAttributes } from '../delivery/index.ts';

export interface StoredTopic {
  readonly name: string;
  readonly arn: string;
  readonly attributes: Record<string, string>;
  readonly tags: Map<string, string>;
}

export interface StoredSubscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Record<string, string>;
  /** An HTTP endpoint has to confirm; others are taken at their word. */
  isConfirmed: boolean;
  /** What the endpoint confirms with. */
  readonly token: string;
}

/** A message to a topic. */
export interface Publication {
  readonly messageId: string;
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string | undefined;
  /** `json`: the message has a text for each protocol. */
  readonly structure?: string | undefined;
  readonly attributes: MessageAttributes;
  readonly messageGroupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly sequenceNumber?: string | undefined;
  readonly traceHeader?: string | undefined;
  readonly traceId?: string | undefined;
}
