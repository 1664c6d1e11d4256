import { createTelemetry, instrument, readEnvironment } from '@blogapp/observability';
import { composeChannels } from '../channels.ts';
import { SERVICE, connectionsEnvironment } from '../environment.ts';
import { createMessages, failedAnswer } from './messages.ts';

const environment = readEnvironment(connectionsEnvironment);
const telemetry = createTelemetry(SERVICE, environment);
const channels = composeChannels(environment, telemetry.tracing);

export const handler = instrument(
  telemetry,
  { name: 'default', answerToError: failedAnswer },
  createMessages({ channels, now: () => new Date() }),
);
