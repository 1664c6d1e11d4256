import fc from 'fast-check';
import type { HttpRoute } from '../template/index.ts';
import { createRouteTable } from './routes.ts';
import { route } from './testing/harness.ts';

function match(keys: readonly string[], method: string, path: string) {
  return createRouteTable(keys.map((key) => route(key))).match(method, path);
}

describe('route selection', () => {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
  const documented = [
    'GET /pets/dog/1',
    'GET /pets/dog/{id}',
    'GET /pets/{proxy+}',
    'ANY /{proxy+}',
    '$default',
  ];

  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}'],
    ['POST', '/test/5', 'ANY /{proxy+}'],
    ['POST', '/pets/dog/1', 'ANY /{proxy+}'],
    ['GET', '/', '$default'],
  ])('takes %s %s to %s, as the documentation says', (method, path, expected) => {
    expect(match(documented, method, path)?.routeKey).toBe(expected);
  });

  it.each([
    ['the method before ANY', ['ANY /a', 'GET /a'], 'GET', '/a', 'GET /a'],
    ['ANY for other methods', ['ANY /a', 'GET /a'], 'PUT', '/a', 'ANY /a'],
    [
      'a literal with ANY before a parameter with the method',
      ['ANY /a', 'GET /{x}'],
      'GET',
      '/a',
      'ANY /a',
    ],
    [
      'a parameter if the literal has no such method',
      ['POST /a', 'GET /{x}'],
      'GET',
      '/a',
      'GET /{x}',
    ],
    ['the leftmost literal', ['GET /{x}/b', 'GET /a/{x}'], 'GET', '/a/b', 'GET /a/{x}'],
    [
      'a full match before a longer greedy one',
      ['GET /{x}/{y}', 'GET /a/{y+}'],
      'GET',
      '/a/b',
      'GET /{x}/{y}',
    ],
    ['the longest greedy path', ['GET /{x+}', 'GET /a/{x+}'], 'GET', '/a/b', 'GET /a/{x+}'],
    [
      'another greedy path if the longest has no such method',
      ['GET /{x+}', 'PUT /a/{x+}'],
      'GET',
      '/a/b',
      'GET /{x+}',
    ],
    [
      'another branch if the literal one has no match',
      ['GET /a/b/c', 'GET /{x}/b/d'],
      'GET',
      '/a/b/d',
      'GET /{x}/b/d',
    ],
    ['OPTIONS only if a route has it', ['GET /a'], 'OPTIONS', '/a', undefined],
    ['HEAD only if a route has it', ['GET /a'], 'HEAD', '/a', undefined],
    ['no path with a slash at its end for one without', ['GET /a'], 'GET', '/a/', undefined],
    ['no empty parameter', ['GET /a/{x}'], 'GET', '/a/', undefined],
    ['no empty greedy parameter', ['GET /a/{x+}'], 'GET', '/a/', undefined],
    ['no root for a greedy path', ['ANY /{proxy+}'], 'GET', '/', undefined],
    ['the root', ['GET /'], 'GET', '/', 'GET /'],
    ['no path in another case', ['GET /a'], 'GET', '/A', undefined],
  ])('chooses %s', (_what, keys, method, path, expected) => {
    expect(match(keys, method, path)?.routeKey).toBe(expected);
  });

  it('gives the parameters with the names of the chosen route', () => {
    const keys = ['GET /posts/{postId}/comments/{commentId}', 'PUT /posts/{id}/{rest+}'];
    expect(match(keys, 'GET', '/posts/1/comments/2')?.pathParameters).toEqual({
      postId: '1',
      commentId: '2',
    });
    expect(match(keys, 'PUT', '/posts/1/comments/2//x')?.pathParameters).toEqual({
      id: '1',
      rest: 'comments/2//x',
    });
    expect(match(['GET /posts'], 'GET', '/posts')?.pathParameters).toBeUndefined();
  });

  it('chooses by the documented rules for any routes', () => {
    const segment = fc.constantFrom('a', 'b', '{x}');
    const template = fc
      .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('', '{g+}'))
      .map(([segments, greedy]) => `/${[...segments, ...(greedy ? [greedy] : [])].join('/')}`);
    const key = fc
      .tuple(fc.constantFrom('GET', 'POST', 'ANY'), template)
      .map(([method, path]) => `${method} ${path}`);
    // An API cannot have two routes whose paths differ only in the names of parameters.
    const keys = fc.uniqueArray(key, { maxLength: 12 });
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 4 })
      .map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(
        keys,
        fc.constantFrom('GET', 'POST', 'PUT'),
        path,
        fc.boolean(),
        (all, method, target, hasDefault) => {
          const routes = (hasDefault ? [...all, '$default'] : all).map((one) => route(one));
          expect(createRouteTable(routes).match(method, target)?.routeKey).toBe(
            naiveMatch(routes, method, target),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

/** Implements the rules literally: it sorts all matching routes by how specific they are. */
function naiveMatch(
  routes: readonly HttpRoute[],
  method: string,
  path: string,
): string | undefined {
  const candidates = routes
    .filter((one) => one.path !== '$default')
    .filter((one) => one.method === method || one.method === 'ANY')
    .filter((one) => pattern(one.path).test(path))
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  const [best] = candidates;
  if (best !== undefined) return `${best.method} ${best.path}`;
  return routes.some((one) => one.path === '$default') ? '$default' : undefined;
}

function pattern(template: string): RegExp {
  const source = template.replace('{g+}', '.+').replaceAll('{x}', '[^/]+');
  return new RegExp(`^${source}$`);
}

/**
 * Makes a text for sorting: full before greedy, then literal, parameter, greedy from the left, then
 * the method.
 */
function rank({ method, path }: HttpRoute): string {
  const kinds = path
    .split('/')
    .map((segment) => (segment === '{g+}' ? '3' : segment === '{x}' ? '2' : '1'))
    .join('');
  return `${path.includes('{g+}') ? '2' : '1'} ${kinds} ${method === 'ANY' ? '2' : '1'}`;
}
