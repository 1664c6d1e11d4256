import { readTarget } from './support/target.ts';

const target = readTarget();

describe.each([
  ['HTTP API', target.HttpApiUrl],
  ['Function URL', target.FunctionUrl],
])('the API through its %s', (_door, url) => {
  test('is healthy', async () => {
    const response = await fetch(new URL('health', withSlash(url)));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok' });
  });

  test('introduces itself at its root', async () => {
    const response = await fetch(withSlash(url));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ name: 'blogapp' });
  });

  test('responds to an unknown path with a problem document', async () => {
    const response = await fetch(new URL('nothing/here', withSlash(url)));
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 404, title: expect.any(String) });
  });
});

test('the HTTP API itself responds to a preflight request of an allowed origin', async () => {
  const preflight = (origin: string): Promise<Response> =>
    fetch(new URL('broadcast/comments', withSlash(target.HttpApiUrl)), {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const allowed = await preflight(target.WebOrigin);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(target.WebOrigin);
  const foreign = await preflight('https://elsewhere.example');
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
});

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
