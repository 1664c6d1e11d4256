import type { Route } from '../http/index.ts';

export const getEntry = {
  method: 'get',
  path: '/',
  operationId: 'getEntry',
  tag: 'Service',
  summary: 'Introduces the API',
  access: 'public',
  response: {
    status: 200,
    description: 'The name of the API, and links.',
    schema: 'Entry',
    headers: ['etag'],
    cacheControl: 'public, max-age=300',
  },
} as const satisfies Route;

export const getHealth = {
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  tag: 'Service',
  summary: 'Reads whether the function runs',
  description: 'It does not call the tables; their metrics show whether they respond.',
  access: 'public',
  response: { status: 200, description: 'The function runs.', schema: 'Health' },
} as const satisfies Route;
