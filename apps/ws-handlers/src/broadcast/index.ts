import { createTelemetry, instrument, readEnvironment } from '@blogapp/observability';
import { composeBroadcaster } from '../broadcaster.ts';
import { SERVICE, deliveryEnvironment } from '../environment.ts';
import { createBroadcast, failedResponse } from './broadcast.ts';

const environment = readEnvironment(deliveryEnvironment);
const telemetry = createTelemetry(SERVICE, environment);
const broadcaster = composeBroadcaster(environment, telemetry);

export const handler = instrument(
  telemetry,
  { name: 'broadcast', respondToError: failedResponse },
  createBroadcast({ broadcaster }),
);
