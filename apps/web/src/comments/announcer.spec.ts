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

const by = (authorName: string | undefined, body: string) => ({ authorName, body });

test('says who wrote a comment, and what', () => {
  announcer().add(by('Bob', 'They do!'));
  expect(said).toEqual(['']);
  pass();
  expect(said).toEqual(['', 'New comment by Bob: They do!']);
});

test('announces comments that arrive together in one sentence, and later ones separately', () => {
  const { add } = announcer();
  for (const name of ['Bob', undefined, 'Eve']) add(by(name, 'text'));
  pass();
  add(by(undefined, 'Me too'));
  pass();
  expect(said).toEqual(['', '3 new comments', '', 'New comment by somebody: Me too']);
});

test('empties the text before it says the same again, which screen readers would not announce', () => {
  const { add } = announcer();
  for (const comment of [by('Bob', '+1'), by('Bob', '+1')]) {
    add(comment);
    pass();
  }
  const sentence = 'New comment by Bob: +1';
  expect(said).toEqual(['', sentence, '', sentence]);
});

test('announces the beginning of a long comment', () => {
  announcer().add(by('Bob', '🐦'.repeat(300)));
  pass();
  expect(said.at(-1)).toBe(`New comment by Bob: ${'🐦'.repeat(200)}…`);
});

test('announces nothing after it was stopped', () => {
  const { add, stop } = announcer();
  add(by('Bob', 'They do!'));
  stop();
  pass();
  expect(said).toEqual(['']);
});
