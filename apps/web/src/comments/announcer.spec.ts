/** @jest-environment node */
import { createAnnouncer } from './announcer.ts';

const said: string[] = [];
let pass: () => void;
const announcer = () =>
  createAnnouncer(
    (text) => said.push(text),
    (callback) => {
      pass = callback;
      return () => (pass = () => undefined);
    },
  );

beforeEach(() => {
  said.length = 0;
});

test('says who wrote a comment', () => {
  announcer().add('Bob');
  expect(said).toEqual([]);
  pass();
  expect(said).toEqual(['New comment by Bob']);
});

test('announces comments that arrive together in one sentence, and later ones separately', () => {
  const { add } = announcer();
  for (const name of ['Bob', undefined, 'Eve']) add(name);
  pass();
  add(undefined);
  pass();
  expect(said).toEqual(['3 new comments', 'New comment by somebody']);
});

test('announces nothing after it was stopped', () => {
  const { add, stop } = announcer();
  add('Bob');
  stop();
  pass();
  expect(said).toEqual([]);
});
