import { startLocalServices, takeMessages, type LocalServices } from '../testing/local-services.ts';
import { createFanoutQueue } from './fanout-queue.ts';

describe('FanoutQueue', () => {
  let services: LocalServices;

  beforeAll(async () => {
    services = await startLocalServices();
  });
  afterAll(() => services.close());

  const trace = '1-6a5145a9-00000000000000000000000a';

  it.each([
    ['names the trace that it was sent in', trace],
    ['names no trace when there is none', undefined],
  ])('a message %s', async (_, traceId) => {
    const { queueUrl, deadLetterQueueUrl } = await services.queues();
    const queue = createFanoutQueue({
      ...{ client: services.sqs, queueUrl, deadLetterQueueUrl },
      traceId: () => traceId,
    });
    await queue.send('task', { delaySeconds: 0, correlationId: 'c1' });
    const [message] = await takeMessages(services.sqs, queueUrl);
    expect(message?.MessageAttributes?.correlationId?.StringValue).toBe('c1');
    expect(message?.MessageAttributes?.traceId?.StringValue).toBe(traceId);
  });
});
