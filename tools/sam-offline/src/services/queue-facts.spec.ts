import { recordEvents, type RecordedEvents } from '../events/testing/record-events.ts';
import type { StackEvent } from '../events/index.ts';
import {
  createJsonClient,
  ensureQueues,
  startQueueService,
  type JsonClient,
  type QueueDefinition,
  type QueueService,
} from './index.ts';

const region = 'ap-northeast-1';
const accountId = '123456789012';

type Depth = StackEvent & { readonly type: 'queue.depth' };

describe('the facts about queues', () => {
  let recorded: RecordedEvents;
  let service: QueueService;
  let sqs: JsonClient;

  beforeEach(async () => {
    recorded = recordEvents();
    service = await startQueueService({
      ...{ region, accountId },
      events: recorded.bus,
      depthIntervalMs: 10,
    });
    sqs = createJsonClient(service.endpoint, region);
  });

  afterEach(async () => {
    await sqs.close();
    await service.close();
  });

  const call = (operation: string, queue: string, more: object = {}) =>
    sqs.call(`AmazonSQS.${operation}`, {
      QueueUrl: `${service.endpoint}/${accountId}/${queue}`,
      ...more,
    });
  const create = (...queues: QueueDefinition[]) => ensureQueues(service.endpoint, region, queues);
  const redrive = (maxReceiveCount: number) => ({
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:${region}:${accountId}:dead`,
      maxReceiveCount,
    }),
  });

  /** Waits for the next depth that meets a condition. */
  const depth = (queue: string, isWanted: (fact: Depth) => boolean): Promise<Depth> =>
    new Promise((resolve) => {
      const end = recorded.bus.subscribe((event) => {
        if (event.type !== 'queue.depth' || event.queueName !== queue || !isWanted(event)) return;
        end();
        resolve(event);
      });
    });

  it('counts the visible messages, those in flight and the delayed ones', async () => {
    await create({ queueName: 'jobs' }, { queueName: 'idle' });
    for (const MessageBody of ['a', 'b', 'c']) await call('SendMessage', 'jobs', { MessageBody });
    await call('SendMessage', 'jobs', { MessageBody: 'd', DelaySeconds: 900 });
    await call('ReceiveMessage', 'jobs', { VisibilityTimeout: 900 });

    const full = await depth('jobs', ({ notVisible }) => notVisible === 1);
    expect(full).toMatchObject({ visible: 2, notVisible: 1, delayed: 1 });
    await call('PurgeQueue', 'jobs');
    await depth('jobs', (fact) => fact.visible + fact.notVisible + fact.delayed === 0);
    expect(await depth('idle', () => true)).toMatchObject({ visible: 0, oldestAgeMs: 0 });
  });

  it('counts a message as visible after its visibility timeout, even if nobody receives', async () => {
    await create({ queueName: 'jobs' });
    await call('SendMessage', 'jobs', { MessageBody: 'a' });
    await call('ReceiveMessage', 'jobs', { VisibilityTimeout: 1 });
    await depth('jobs', ({ notVisible }) => notVisible === 1);
    expect(await depth('jobs', ({ visible }) => visible === 1)).toMatchObject({ notVisible: 0 });
  });

  it('counts the messages of FIFO queues', async () => {
    await create({ queueName: 'jobs.fifo', attributes: { FifoQueue: 'true' } });
    for (const id of ['a', 'b']) {
      await call('SendMessage', 'jobs.fifo', {
        ...{ MessageBody: id, MessageGroupId: 'g', MessageDeduplicationId: id },
      });
    }
    await depth('jobs.fifo', ({ visible }) => visible === 2);
  });

  it('reports the age of the oldest message, without messages that were received more than three times', async () => {
    await create({ queueName: 'jobs' });
    await call('SendMessage', 'jobs', { MessageBody: 'a' });
    const sentMs = Date.now();
    const aged = await depth('jobs', ({ oldestAgeMs }) => oldestAgeMs >= 50);
    expect(aged.timeMs - aged.oldestAgeMs).toBeLessThanOrEqual(sentMs);

    for (let receive = 1; receive <= 4; receive += 1) {
      await call('ReceiveMessage', 'jobs', { VisibilityTimeout: 0 });
    }
    await depth('jobs', ({ visible, oldestAgeMs }) => visible === 1 && oldestAgeMs === 0);
  });

  it('reports moves to a dead-letter queue, and measures the age there from the move', async () => {
    await create({ queueName: 'jobs', attributes: redrive(1) }, { queueName: 'dead' });
    for (const MessageBody of ['a', 'b']) await call('SendMessage', 'jobs', { MessageBody });
    await depth('jobs', ({ oldestAgeMs }) => oldestAgeMs >= 100);
    const receive = () =>
      call('ReceiveMessage', 'jobs', { MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    await receive();
    expect(recorded.of('message.dead-lettered')).toEqual([]);
    const movedMs = recorded.bus.now();
    await receive();

    const moves = recorded.of('message.dead-lettered');
    expect(moves).toEqual([expect.objectContaining({ queueName: 'jobs', messages: 2 }) as unknown]);
    const dead = await depth('dead', ({ visible }) => visible === 2);
    expect(dead.timeMs - dead.oldestAgeMs).toBeGreaterThanOrEqual(movedMs);
    await depth('dead', ({ oldestAgeMs }) => oldestAgeMs >= 50);
  });
});
