/**
 * `tracing.spec.ts` runs this as a separate process, because the X-Ray SDK reads its settings when
 * it is loaded, and changes the whole process. Invokes a handler once for each trace header in
 * `TRACE_HEADERS`, the way Lambda's runtime does, and prints what it logs.
 */
import { executionAsyncId } from 'node:async_hooks';
import { createTelemetry, instrument } from '../index.ts';
import { lambdaContext } from './lambda-context.ts';

const telemetry = createTelemetry('ws-handlers', {
  ENVIRONMENT: 'development',
  LOG_LEVEL: 'INFO',
  LOG_DEBUG_RATE: 0,
});

/** The trace that queued the message of the batch. */
const previous = '1-6a5145a9-00000000000000000000000a';

const handler = instrument<{ fail: boolean; Records: unknown[] }, undefined>(
  telemetry,
  { name: 'broadcast', respondToError: () => undefined },
  async ({ fail }, { tracing }) => {
    await tracing.subsegment(
      'publish',
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        tracing.annotate('channelKind', 'post');
        if (fail) throw new TypeError('the table is gone');
      },
      { channel: 'post:1' },
    );
    return undefined;
  },
);

const headers = (process.env.TRACE_HEADERS ?? '').split(',');
for (const [index, header] of headers.entries()) {
  process.env._X_AMZN_TRACE_ID = header;
  await handler(
    {
      fail: index === headers.length - 1,
      Records: [{ messageAttributes: { traceId: { stringValue: previous } } }],
    },
    lambdaContext({ awsRequestId: `request-${index}` }),
  );
}

// Only a process with hooks gives each promise an id.
await Promise.resolve();
process.stdout.write(`${JSON.stringify({ promiseId: executionAsyncId() })}\n`);
