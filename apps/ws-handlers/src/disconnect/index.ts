import { createTelemetry, instrument, readEnvironment } from '@blogapp/observability';
import { composeChannels } from '../channels.ts';
import { SERVICE, connectionsEnvironment } from '../environment.ts';
import { createDisconnect } from './disconnect.ts';

const environment = readEnvironment(connectionsEnvironment);
const telemetry = createTelemetry(SERVICE, environment);
const channels = composeChannels(environment, telemetry.tracing);

export const handler = instrument(
  telemetry,
  { name: 'disconnect' },
  createDisconnect({ channels }),
);
