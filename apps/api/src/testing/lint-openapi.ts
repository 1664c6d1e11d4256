/**
 * `node lint-openapi.ts`: lints the OpenAPI document with Redocly's recommended rules, and prints
 * each finding on a line. It is a separate program, since Redocly's engine is an ES module and Jest
 * runs CommonJS.
 */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openApiDocument } from '../docs/openapi.ts';

const config = await createConfig({
  extends: ['recommended'],
  rules: {
    // Some routes take no input that could be wrong: `/`, health, the documents and their page.
    'operation-4xx-response': 'off',
  },
});
const problems = await lintFromString({
  source: JSON.stringify(openApiDocument('0.0.0')),
  absoluteRef: 'openapi.json',
  config,
});
for (const { ruleId, message, location } of problems) {
  process.stdout.write(`${ruleId}: ${message} (${location[0]?.pointer ?? ''})\n`);
}
