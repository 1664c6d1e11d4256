import { createTelemetry, instrument, readEnvironment } from '@blogapp/observability';
import { composeChannels } from '../channels.ts';
import { SERVICE, messagesEnvironment } from '../environment.ts';
import { createMessages, failedAnswer } from './messages.ts';
import type { ReplayTo } from './replay.ts';

const environment = readEnvironment(messagesEnvironment);
const telemetry = createTelemetry(SERVICE, environment);
const channels = composeChannels(environment, telemetry.tracing);

/** Loaded for the first client that comes back: most messages need no replay. */
let composed: Promise<ReplayTo> | undefined;
const replay: ReplayTo = async (...request) => {
  composed ??= import('./compose-replay.ts').then(({ composeReplay }) =>
    composeReplay(environment, telemetry.tracing),
  );
  return (await composed)(...request);
};

export const handler = instrument(
  telemetry,
  { name: 'default', answerToError: failedAnswer },
  createMessages({ channels, replay, now: () => new Date() }),
);
