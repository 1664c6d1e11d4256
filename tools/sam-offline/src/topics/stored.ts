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
  /** False for an HTTP endpoint until it confirms. Other subscriptions need no confirmation. */
  isConfirmed: boolean;
  /** The token that the endpoint confirms the subscription with. */
  readonly token: string;
}

/** A message that is published to a topic. */
export interface Publication {
  readonly messageId: string;
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string | undefined;
  /** `json` if the message has a text for each protocol. */
  readonly structure?: string | undefined;
  readonly attributes: MessageAttributes;
  readonly messageGroupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** The time in ISO 8601. */
  readonly timestamp: string;
  readonly sequenceNumber?: string | undefined;
  readonly traceHeader?: string | undefined;
  readonly traceId?: string | undefined;
}
