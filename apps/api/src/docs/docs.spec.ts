import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROBLEM_TYPES } from '@blogapp/shared-types/rest';
import { TestApi } from '../testing/api.ts';
import { at, isRecord } from './json.ts';

const api = new TestApi();
let document: Record<string, unknown>;

beforeAll(async () => {
  document = (await (await api.send('GET', '/openapi.json')).json()) as Record<string, unknown>;
});

/** Every operation of the document: `GET /posts/{postId}`. */
function operations(): { readonly name: string; readonly operation: Record<string, unknown> }[] {
  const paths = at(document, 'paths');
  return Object.entries(isRecord(paths) ? paths : {}).flatMap(([path, item]) =>
    Object.entries(isRecord(item) ? item : {}).flatMap(([method, operation]) =>
      isRecord(operation) ? [{ name: `${method.toUpperCase()} ${path}`, operation }] : [],
    ),
  );
}

test('describes every route that the app has, the broadcast, and no other', () => {
  const served = api.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(served.length).toBeGreaterThan(15);
  // Another function serves this one, behind the same HTTP API.
  served.push('POST /broadcast/comments');
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(served.sort());
});

test('has no findings of a linter', async () => {
  const linter = join(import.meta.dirname, '../testing/lint-openapi.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [linter]);
  expect(stdout).toBe('');
});

test('is OpenAPI 3.1, with title and version', () => {
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'blogapp', version: '1.2.3' },
  });
});

test('names each operation once, with a tag that is described', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const tags = (document.tags as { name: string }[]).map(({ name }) => name);
  for (const { operation } of operations())
    expect(tags).toEqual(expect.arrayContaining(operation.tags as string[]));
});

test('describes every parameter of every path', () => {
  for (const { name, operation } of operations()) {
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const described = ((operation.parameters ?? []) as { in: string; name: string }[])
      .filter((parameter) => parameter.in === 'path')
      .map((parameter) => parameter.name);
    expect([name, described]).toEqual([name, inPath]);
  }
});

test('every reference has a target', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  expect(references.length).toBeGreaterThan(50);
  for (const [, path = ''] of references) {
    expect([path, at(document, ...path.split('/'))]).toEqual([path, expect.any(Object)]);
  }
});

test('every body has an example', () => {
  const bodies: unknown[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isRecord(value)) return;
    if (isRecord(value.content)) bodies.push(...Object.values(value.content));
    Object.values(value).forEach(visit);
  };
  visit(document);
  expect(bodies.length).toBeGreaterThan(20);
  for (const body of bodies) {
    const example: unknown = at(body, 'example') ?? at(body, 'examples');
    expect([body, example === undefined]).toEqual([body, false]);
  }
});

test('every operation describes the problems that it can respond with', () => {
  const statusesOf = (id: string): string[] => {
    const found = operations().find(({ operation }) => operation.operationId === id);
    return Object.keys(at(found?.operation, 'responses') ?? {});
  };
  expect(statusesOf('createPost')).toEqual([
    '201',
    '400',
    '401',
    '409',
    '413',
    '415',
    '422',
    '429',
    '500',
    '503',
  ]);
  expect(statusesOf('updatePost')).toEqual([
    '200',
    '400',
    '401',
    '403',
    '404',
    '412',
    '413',
    '415',
    '422',
    '428',
    '429',
    '500',
    '503',
  ]);
  expect(statusesOf('getPost')).toEqual(['200', '304', '400', '404', '500', '503']);
  const described = Object.keys(at(document, 'components', 'responses') ?? {}).join(' ');
  for (const name of Object.keys(PROBLEM_TYPES)) {
    // A method that a path does not have is not an operation.
    if (name !== 'method-not-allowed') expect(described).toContain(name);
  }
});

test('operations that need a user say so', () => {
  const open = operations().filter(
    ({ operation }) => (operation.security as unknown[]).length === 0,
  );
  expect(open.map(({ name }) => name).filter((name) => !name.startsWith('GET '))).toEqual([]);
  expect(at(document, 'components', 'securitySchemes', 'firebase')).toMatchObject({
    scheme: 'bearer',
  });
});

test('the broadcast is signed with IAM, and describes every response of its function and of the gateway', () => {
  const found = operations().find(({ name }) => name === 'POST /broadcast/comments');
  expect(found?.operation.security).toEqual([{ sigv4: [] }]);
  expect(at(document, 'components', 'securitySchemes', 'sigv4')).toMatchObject({
    'x-amazon-apigateway-authtype': 'awsSigv4',
  });
  expect(Object.keys(at(found?.operation, 'responses') ?? {})).toEqual([
    '202',
    '400',
    '403',
    '413',
    '415',
    '422',
    '500',
    '503',
  ]);
  const body = at(found?.operation, 'requestBody', 'content', 'application/json', 'schema');
  expect(body).toMatchObject({
    properties: {
      channel: { pattern: expect.stringContaining('post:') },
      type: { const: 'announcement' },
      data: { type: 'object' },
    },
    required: ['channel', 'type', 'data'],
    additionalProperties: false,
  });
});

test('the page runs only its own script and style', async () => {
  const response = await api.send('GET', '/docs');
  const html = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/,
  );
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(html).not.toMatch(/(?:src|href)="(?!openapi\.json|asyncapi\.json|data:)/);
});
