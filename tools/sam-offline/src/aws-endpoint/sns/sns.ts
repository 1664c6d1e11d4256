import { z } from 'zod';
import type { StoredSubscription, Topics } from '../../topics/index.ts';
import { placeOfCall, type Principal } from '../../signature/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import { operation, serve, ServiceError, type ServiceDefinition } from '../protocol/index.ts';
import { publishBatchInput, publishInput, textMap, topicArn } from './inputs.ts';

/** The number of items in a page of a list. */
const PAGE = 100;

/** Makes SNS's API for the topics of a stack. */
export function createSns(
  topics: Topics,
  accountId: string,
): (call: AwsCall, principal: Principal | undefined) => Promise<AwsResponse> {
  return (call, principal) => serve(definitionOf(topics, accountId, call, principal), call);
}

function definitionOf(
  topics: Topics,
  accountId: string,
  call: AwsCall,
  principal: Principal | undefined,
): ServiceDefinition {
  const place = placeOfCall(call.headers, principal);
  const header = call.headers['x-amzn-trace-id'];
  const trace = {
    traceId: place.traceId,
    traceHeader:
      typeof header === 'string'
        ? header
        : place.traceId === undefined
          ? undefined
          : `Root=${place.traceId}`,
  };
  const subscriptionsOf = (arn?: string): StoredSubscription[] =>
    [...topics.subscriptions.values()].filter((one) => arn === undefined || one.topicArn === arn);
  return {
    name: 'SNS',
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    operations: {
      Publish: operation(publishInput, ({ topicArn: arn, ...publication }) => {
        const { messageId, sequenceNumber } = topics.publish({
          topicArn: arn,
          ...publication,
          ...trace,
        });
        return { MessageId: messageId, SequenceNumber: sequenceNumber };
      }),
      PublishBatch: operation(publishBatchInput, ({ TopicArn: arn, entries }) => {
        topics.topicOf(arn);
        const successful: Record<string, string | undefined>[] = [];
        const failed: Record<string, string | boolean>[] = [];
        for (const { id, ...publication } of entries) {
          try {
            const made = topics.publish({ topicArn: arn, ...publication, ...trace });
            successful.push({
              ...{ Id: id, MessageId: made.messageId, SequenceNumber: made.sequenceNumber },
            });
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            failed.push({ Id: id, Code: error.code, Message: error.message, SenderFault: true });
          }
        }
        return { Successful: successful, Failed: failed };
      }),
      CreateTopic: operation(
        z.object({ Name: z.string(), Attributes: textMap.optional(), Tags: tagList.optional() }),
        ({ Name: name, Attributes: attributes = {}, Tags: tags = [] }) => {
          const topic = topics.createTopic(name, attributes);
          for (const { Key: key, Value: value } of tags) topic.tags.set(key, value);
          return { TopicArn: topic.arn };
        },
      ),
      DeleteTopic: operation(z.object({ TopicArn: topicArn }), ({ TopicArn: arn }) => {
        topics.deleteTopic(arn);
        return undefined;
      }),
      ListTopics: operation(pageInput, ({ NextToken: token }) => {
        const page = pageOf([...topics.topics.keys()], token);
        return { Topics: page.items.map((arn) => ({ TopicArn: arn })), NextToken: page.next };
      }),
      GetTopicAttributes: operation(z.object({ TopicArn: topicArn }), ({ TopicArn: arn }) => {
        const topic = topics.topicOf(arn);
        const own = subscriptionsOf(arn);
        const confirmed = own.filter(({ isConfirmed }) => isConfirmed).length;
        return {
          Attributes: new Map(
            Object.entries({
              TopicArn: arn,
              Owner: accountId,
              DisplayName: '',
              SubscriptionsConfirmed: String(confirmed),
              SubscriptionsPending: String(own.length - confirmed),
              SubscriptionsDeleted: '0',
              ...topic.attributes,
            }),
          ),
        };
      }),
      SetTopicAttributes: operation(
        z.object({
          TopicArn: topicArn,
          AttributeName: z.string(),
          AttributeValue: z.string().default(''),
        }),
        ({ TopicArn: arn, AttributeName: name, AttributeValue: value }) => {
          topics.topicOf(arn).attributes[name] = value;
          return undefined;
        },
      ),
      Subscribe: operation(
        z.object({
          TopicArn: topicArn,
          Protocol: z.string(),
          Endpoint: z.string(),
          Attributes: textMap.optional(),
          ReturnSubscriptionArn: z.string().optional(),
        }),
        (input) => {
          const { Attributes: attributes = {}, ReturnSubscriptionArn: wantsArn } = input;
          const made = topics.subscribe(input.TopicArn, input.Protocol, input.Endpoint, attributes);
          const isShown = made.isConfirmed || wantsArn === 'true';
          return { SubscriptionArn: isShown ? made.arn : 'pending confirmation' };
        },
      ),
      ConfirmSubscription: operation(
        z.object({ TopicArn: topicArn, Token: z.string() }),
        ({ TopicArn: arn, Token: token }) => ({ SubscriptionArn: topics.confirm(arn, token).arn }),
      ),
      Unsubscribe: operation(
        z.object({ SubscriptionArn: z.string() }),
        ({ SubscriptionArn: arn }) => {
          topics.unsubscribe(arn);
          return undefined;
        },
      ),
      ListSubscriptions: operation(pageInput, ({ NextToken: token }) =>
        subscriptionPage(subscriptionsOf(), token, accountId),
      ),
      ListSubscriptionsByTopic: operation(
        pageInput.extend({ TopicArn: topicArn }),
        ({ TopicArn: arn, NextToken: token }) => {
          topics.topicOf(arn);
          return subscriptionPage(subscriptionsOf(arn), token, accountId);
        },
      ),
      GetSubscriptionAttributes: operation(
        z.object({ SubscriptionArn: z.string() }),
        ({ SubscriptionArn: arn }) => {
          const one = topics.subscriptionOf(arn);
          return {
            Attributes: new Map(
              Object.entries({
                SubscriptionArn: arn,
                TopicArn: one.topicArn,
                Protocol: one.protocol,
                Endpoint: one.endpoint,
                Owner: accountId,
                PendingConfirmation: String(!one.isConfirmed),
                ConfirmationWasAuthenticated: 'true',
                RawMessageDelivery: 'false',
                ...one.attributes,
              }),
            ),
          };
        },
      ),
      SetSubscriptionAttributes: operation(
        z.object({
          SubscriptionArn: z.string(),
          AttributeName: z.string(),
          AttributeValue: z.string().optional(),
        }),
        ({ SubscriptionArn: arn, AttributeName: name, AttributeValue: value = '' }) => {
          topics.subscriptionOf(arn).attributes[name] = value;
          return undefined;
        },
      ),
      TagResource: operation(
        z.object({ ResourceArn: topicArn, Tags: tagList }),
        ({ ResourceArn: arn, Tags: tags }) => {
          const topic = topics.topicOf(arn);
          for (const { Key: key, Value: value } of tags) topic.tags.set(key, value);
          return {};
        },
      ),
      UntagResource: operation(
        z.object({ ResourceArn: topicArn, TagKeys: z.array(z.string()) }),
        ({ ResourceArn: arn, TagKeys: keys }) => {
          for (const key of keys) topics.topicOf(arn).tags.delete(key);
          return {};
        },
      ),
      ListTagsForResource: operation(
        z.object({ ResourceArn: topicArn }),
        ({ ResourceArn: arn }) => ({
          Tags: [...topics.topicOf(arn).tags].map(([Key, Value]) => ({ Key, Value })),
        }),
      ),
    },
    invalidInput: ({ parameter, message }) =>
      new ServiceError('InvalidParameter', `Invalid parameter: ${parameter} ${message}`),
  };
}

const pageInput = z.object({ NextToken: z.string().optional() });
const tagList = z.array(z.object({ Key: z.string(), Value: z.string().default('') }));

function subscriptionPage(
  all: readonly StoredSubscription[],
  token: string | undefined,
  accountId: string,
) {
  const page = pageOf(all, token);
  return {
    Subscriptions: page.items.map(({ arn, isConfirmed, protocol, endpoint, topicArn: of }) => ({
      SubscriptionArn: isConfirmed ? arn : 'PendingConfirmation',
      ...{ Owner: accountId, Protocol: protocol, Endpoint: endpoint, TopicArn: of },
    })),
    NextToken: page.next,
  };
}

function pageOf<T>(
  all: readonly T[],
  token: string | undefined,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const start = Number(token ?? 0);
  const end = start + PAGE;
  return { items: all.slice(start, end), next: end < all.length ? String(end) : undefined };
}
