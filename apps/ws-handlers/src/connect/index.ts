import { createTokenVerifier } from '@blogapp/identity';
import {
  createTelemetry,
  instrument,
  optional,
  readEnvironment,
  text,
  url,
} from '@blogapp/observability';
import { composeChannels } from '../channels.ts';
import { SERVICE, connectionsEnvironment } from '../environment.ts';
import { createConnect } from './connect.ts';

const environment = readEnvironment({
  ...connectionsEnvironment,
  FIREBASE_PROJECT_ID: text,
  FIREBASE_AUTH_EMULATOR_HOST: optional(text),
  FIREBASE_JWKS_URI: optional(url),
});
const telemetry = createTelemetry(SERVICE, environment);
const channels = composeChannels(environment, telemetry.tracing);
const verifier = createTokenVerifier({
  projectId: environment.FIREBASE_PROJECT_ID,
  environment: environment.ENVIRONMENT,
  emulatorHost: environment.FIREBASE_AUTH_EMULATOR_HOST,
  jwksUri: environment.FIREBASE_JWKS_URI,
});

export const handler = instrument(
  telemetry,
  { name: 'connect' },
  createConnect({ channels, verifier }),
);
