import { createTelemetry, instrument, readEnvironment } from '@blogapp/observability';
import { composeChannels } from '../channels.ts';
import { SERVICE, messagesEnvironment } from '../environment.ts';
import { createMessages, failedResponse } from './messages.ts';
import { createReplay, type ReplaySources } from './replay.ts';

const environment = readEnvironment(messagesEnvironment);
const telemetry = createTelemetry(SERVICE, environment);
const channels = composeChannels(environment, telemetry.tracing);

/** These are loaded for the first client that reconnects: most messages need no replay. */
let sources: Promise<ReplaySources> | undefined;
const replay = createReplay(() => {
  sources ??= import('./replay-sources.ts').then(({ composeReplaySources }) =>
    composeReplaySources(environment, telemetry.tracing),
  );
  return sources;
});

export const handler = instrument(
  telemetry,
  { name: 'default', respondToError: failedResponse },
  createMessages({ channels, replay, now: () => new Date() }),
);
