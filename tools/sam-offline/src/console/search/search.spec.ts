import { parseSearch, type Searched } from './search.ts';

const line: Searched = {
  text: 'GET /posts responded with 503',
  values: (key) => ({ status: [503], route: ['GET /posts'], duration: [1200] })[key] ?? [],
};

it.each([
  ['', true],
  ['POSTS responded', true],
  ['-posts', false],
  ['status:503', true],
  ['status:5*', true],
  ['-status:5*', false],
  ['status>=500 duration>1s', true],
  ['duration<250ms', false],
  ['route:"get /posts"', true],
  ['route:GET', false],
  ['missing:1', false],
  ['"responded with"', true],
  ['status:5.*', false],
])('%p matches: %p', (text, matches) => {
  expect(parseSearch(text).matches(line)).toBe(matches);
});
