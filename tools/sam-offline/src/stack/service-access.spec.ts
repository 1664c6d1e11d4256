import { createTargets } from '../delivery/index.ts';
import { recordEvents } from '../events/testing/record-events.ts';
import { createTopics } from '../topics/index.ts';
import { serviceAccessOf } from './service-access.ts';

const NONE = {
  buckets: () => Promise.resolve(undefined),
  topics: () => Promise.resolve(undefined),
  eventBuses: () => Promise.resolve(undefined),
  schedules: () => Promise.resolve(undefined),
};
const ROOT = `1-6a0b1c2d-${'0'.repeat(24)}`;

it('is empty for services that were not used', async () => {
  const access = serviceAccessOf(NONE, recordEvents().bus);
  const { buckets, topics, rules, schedules } = access;
  const all = await Promise.all([buckets(), topics(), rules(), schedules()]);
  expect(all).toEqual([[], [], [], []]);
  const page = { prefix: '', after: '', limit: 10 };
  expect(await access.objects('pictures', page)).toBeUndefined();
  expect(await access.object('pictures', 'a', 10)).toBeUndefined();
});

it('emits the fact of a call for a message that it publishes', async () => {
  const events = recordEvents();
  const topics = createTopics({
    ...{ targets: createTargets(), events: events.bus, stopping: new AbortController().signal },
    ...{ endpoint: () => '', localize: (url: string) => url },
    stack: {
      ...{ region: 'r', accountId: '1', subscriptions: [] },
      topics: [
        { logicalId: 'News', topicName: 'news', arn: 'arn:aws:sns:r:1:news', attributes: {} },
      ],
    },
  });
  const access = serviceAccessOf({ ...NONE, topics: () => Promise.resolve(topics) }, events.bus);
  const message = { message: 'hello', traceHeader: `Root=${ROOT}` };
  const messageId = await access.publish('arn:aws:sns:r:1:news', message);
  expect(events.of('aws.call')).toMatchObject([
    { service: 'sns', operation: 'Publish', resource: 'news', traceId: ROOT, wrote: [messageId] },
  ]);
  await expect(access.publish('arn:aws:sns:r:1:none', message)).rejects.toThrow('does not exist');
});
