/** @jest-environment node */
import { nextPage, signInLink } from './next-page.ts';

test.each([
  [null, '/'],
  ['/write/?id=1', '/write/?id=1'],
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example/', '/'],
  ['\t//evil.example', '/'],
  ['/.//evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['data:text/html,x', '/'],
  ['/sign-in/?next=/sign-in/', '/'],
])('after signing in with next=%j comes %s', (next, page) => {
  expect(nextPage(next)).toBe(page);
});

test('returns to the page from which the user signed in', () => {
  const { searchParams } = new URL(signInLink('/write/?id=a&b'), 'https://blog.example');
  expect(nextPage(searchParams.get('next'))).toBe('/write/?id=a&b');
});
