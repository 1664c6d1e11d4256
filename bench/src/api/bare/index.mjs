import { handle } from 'hono/aws-lambda';
import { createBareApp } from './app.mjs';

export const handler = handle(createBareApp('/bench'));
