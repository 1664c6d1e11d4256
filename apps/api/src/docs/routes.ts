import type { Route } from '../http/index.ts';

export const getOpenApi = {
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenApi',
  tag: 'Service',
  summary: 'Describes the API as OpenAPI 3.1',
  access: 'public',
  response: {
    status: 200,
    description: 'This document.',
    schema: 'OpenApi',
    headers: ['etag'],
    cacheControl: 'public, max-age=300',
  },
} as const satisfies Route;

export const getAsyncApi = {
  method: 'get',
  path: '/asyncapi.json',
  operationId: 'getAsyncApi',
  tag: 'Service',
  summary: 'Describes the WebSocket API as AsyncAPI 3.0',
  access: 'public',
  response: {
    status: 200,
    description: 'Messages, limits, errors and close codes.',
    schema: 'AsyncApi',
    headers: ['etag'],
    cacheControl: 'public, max-age=300',
  },
} as const satisfies Route;

export const getDocs = {
  method: 'get',
  path: '/docs',
  operationId: 'getDocs',
  tag: 'Service',
  summary: 'Shows both descriptions in a browser',
  access: 'public',
  response: {
    status: 200,
    description: 'A page that fetches nothing from other servers.',
    schema: 'Html',
    mediaType: 'text/html; charset=utf-8',
    headers: ['etag'],
    cacheControl: 'public, max-age=300',
  },
} as const satisfies Route;
