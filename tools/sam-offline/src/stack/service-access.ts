import type { Buckets, StoredObject } from '../buckets/index.ts';
import { listObjects } from '../buckets/index.ts';
import type { ServiceAccess } from '../console/index.ts';
import type { Events } from '../events/index.ts';
import { readTraceHeader } from '../ids/index.ts';
import type { OpenedServices } from './start-services.ts';

/** Gives the console access to the buckets, topics, rules and schedules of a stack. */
export function serviceAccessOf(opened: OpenedServices, events: Events): ServiceAccess {
  return {
    async buckets() {
      const { store } = (await opened.buckets()) ?? {};
      return [...(store?.buckets ?? [])].map(([bucketName, objects]) => {
        let bytes = 0;
        for (const { contentLength } of objects.values()) bytes += contentLength;
        return { bucketName, objects: objects.size, bytes };
      });
    },
    async objects(bucket, { prefix, after, limit }) {
      const objects = objectsOf(await opened.buckets(), bucket);
      if (objects === undefined) return undefined;
      const page = { prefix, after, delimiter: '', maxKeys: limit };
      const { objects: listed, next } = listObjects(objects.values(), page);
      return { objects: listed.map(summaryOf), next };
    },
    async object(bucket, key, maximumBytes) {
      const buckets = await opened.buckets();
      const object = objectsOf(buckets, bucket)?.get(key);
      if (buckets === undefined || object === undefined) return undefined;
      return {
        ...summaryOf(object),
        ...{ metadata: object.metadata, tags: object.tags ?? {} },
        content: buckets.beginningOf(bucket, object, maximumBytes),
      };
    },
    async topics() {
      const topics = await opened.topics();
      return [...(topics?.topics.values() ?? [])].map(({ name, arn, attributes }) => ({
        ...{ topicName: name, arn, isFifo: attributes.FifoTopic === 'true' },
        subscriptions: [...(topics?.subscriptions.values() ?? [])]
          .filter(({ topicArn }) => topicArn === arn)
          // The token confirms a subscription, so only its endpoint may know it.
          .map(({ token: _token, topicArn: _topic, ...subscription }) => subscription),
      }));
    },
    async publish(topicArn, { traceHeader, ...message }) {
      const topics = await opened.topics();
      if (topics === undefined) throw new Error('The stack has no topics.');
      const { traceId } = readTraceHeader(traceHeader) ?? {};
      const startedAt = performance.now();
      const publication = { topicArn, ...message, attributes: {}, traceHeader, traceId };
      const { messageId } = topics.publish(publication);
      // The console's call counts like any other call: it is on the map, and its trace begins with
      // it.
      events.emit({
        ...{ type: 'aws.call', timeMs: events.now(), traceId, caller: 'local', service: 'sns' },
        ...{ operation: 'Publish', resource: topicArn.split(':').at(-1), statusCode: 200 },
        ...{ requestBytes: Buffer.byteLength(message.message), responseBytes: 0 },
        ...{ durationMs: performance.now() - startedAt, wrote: [messageId] },
      });
      return messageId;
    },
    async rules() {
      const buses = await opened.eventBuses();
      if (buses === undefined) return [];
      return [...buses.buses.keys()].flatMap((bus) =>
        buses.rulesOf(bus).map((rule) => {
          const { name, arn, eventBusName, description, isEnabled, scheduleExpression } = rule;
          return {
            ...{ name, arn, eventBusName, description, isEnabled, scheduleExpression },
            ...{ eventPattern: rule.patternText, nextMs: buses.nextMsOf(rule) },
            targets: [...rule.targets.values()].map(({ id, arn: target }) => ({ id, arn: target })),
          };
        }),
      );
    },
    async schedules() {
      const schedules = await opened.schedules();
      return [...(schedules?.all ?? [])].map((schedule) => {
        const { name, groupName, arn, expression, timeZone, enabled, target } = schedule;
        return {
          ...{ name, groupName, arn, expression, timeZone, isEnabled: enabled },
          ...{ nextMs: schedules?.nextMsOf(schedule), targetArn: target.arn, input: target.input },
        };
      });
    },
  };
}

function objectsOf(buckets: Buckets | undefined, bucket: string) {
  return buckets?.store.buckets.get(bucket);
}

function summaryOf({ key, contentLength, etag, contentType, lastModified }: StoredObject) {
  return {
    ...{ key, bytes: contentLength, etag: etag.replaceAll('"', ''), contentType },
    lastModifiedMs: lastModified.getTime(),
  };
}
