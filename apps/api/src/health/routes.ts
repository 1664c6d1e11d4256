import type { Route } from '../http/index.ts';

export const getEntry = {
  method: 'get',
  path: '/',
  operationId: 'getEntry',
  tag: 'Service',
  summary: 'Introduces the API',
  access: 'public',
  answer: {
    status: 200,
    description: 'Its name, and where to go on.',
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
  summary: 'Tells whether the function runs',
  description: 'It calls nothing: whether the tables answer is what their metrics tell.',
  access: 'public',
  answer: { status: 200, description: 'It does.', schema: 'Health' },
} as const satisfies Route;
