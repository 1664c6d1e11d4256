import {
  commonEnvironment,
  createTelemetry,
  instrument,
  readEnvironment,
  url,
} from '@blogapp/observability';
import packageJson from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { failedAnswer, serve } from './lambda.ts';

const environment = readEnvironment({ ...commonEnvironment, CORS_ORIGIN: url });
const telemetry = createTelemetry('api', environment);
const app = createApp({
  version: packageJson.version,
  environment: environment.ENVIRONMENT,
  webOrigin: environment.CORS_ORIGIN,
});

export const handler = instrument(
  telemetry,
  { name: 'api', answerToError: failedAnswer },
  serve(app),
);
