import { createTargets } from '../delivery/index.ts';
import { recordEvents } from '../events/testing/record-events.ts';
import { createTopics } from '../topics/index.ts';
import { serviceDoorsOf } from './service-doors.ts';

const NONE = {
  buckets: () => Promise.resolve(undefined),
  topics: () => Promise.resolve(undefined),
  eventBuses: () => Promise.resolve(undefined),
  schedules: () => Promise.resolve(undefined),
};
const ROOT = `1-6a0b1c2d-${'0'.repeat(24)}`;

it('has nothing of services that nobody has used', async () => {
  const doors = serviceDoorsOf(NONE, recordEvents().bus);
  const { buckets, topics, rules, schedules } = doors;
  const all = await Promise.all([buckets(), topics(), rules(), schedules()]);
  expect(all).toEqual([[], [], [], []]);
  const page = { prefix: '', after: '', limit: 10 };
  expect(await doors.objects('pictures', page)).toBeUndefined();
  expect(await doors.object('pictures', 'a', 10)).toBeUndefined();
});

it('tells of a message that it publishes as of any other call', async () => {
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
  const doors = serviceDoorsOf({ ...NONE, topics: () => Promise.resolve(topics) }, events.bus);
  const message = { message: 'hello', traceHeader: `Root=${ROOT}` };
  const messageId = await doors.publish('arn:aws:sns:r:1:news', message);
  expect(events.of('aws.call')).toMatchObject([
    { service: 'sns', operation: 'Publish', resource: 'news', traceId: ROOT, wrote: [messageId] },
  ]);
  await expect(doors.publish('arn:aws:sns:r:1:none', message)).rejects.toThrow('does not exist');
});
