/** @jest-environment node */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { inlinePartsOf } from './inline-parts.ts';
import { moveInlineScripts } from './move-inline-scripts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blogapp-export-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const page = (path: string, body: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `<!DOCTYPE html><html><body>${body}</body></html>`);
};
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const sources = (path: string): string[] =>
  [...read(path).matchAll(/<script[^>]* src="\/([^"]+)"/g)].map(([, source = '']) => source);
/**
 * Runs the scripts of a page in the order of the page, as a browser does; returns the values that
 * they pushed.
 */
const run = (path: string): unknown => {
  const self: { all?: unknown } = {};
  for (const source of sources(path)) runInNewContext(read(source), { self });
  return JSON.parse(JSON.stringify(self.all));
};

test('moves the scripts of all pages into files, and keeps their order', () => {
  page(
    'index.html',
    '<p>a</p><script>(self.all=self.all||[]).push(1)</script><script>self.all.push(2)</script>' +
      '<p>b</p><script id="_R_">self.all.push("<\\/b>")</script>\n<script>self.all.push(4) // done</script><script>self.all.push(5)</script>',
  );
  page('deep/down/index.html', '<script>self.all=["deep"]</script>');
  expect(moveInlineScripts(folder)).toBe(2);
  expect(run('index.html')).toEqual([1, 2, '</b>', 4, 5]);
  expect(run('deep/down/index.html')).toEqual(['deep']);
  expect(read('index.html')).toMatch(
    /<p>b<\/p><script id="_R_" src="\/_next\/static\/inline\/\w+\.js"><\/script>/,
  );
  expect(inlinePartsOf(read('index.html'))).toEqual({ scripts: [], others: [] });
});

test('names a file by its content, so that another build gives the same name', () => {
  page('a/index.html', '<script>self.all=[1]</script>');
  page('b/index.html', '<script>self.all=[1]</script>');
  page('c/index.html', '<script>self.all=[2]</script>');
  moveInlineScripts(folder);
  expect(sources('a/index.html')).toEqual(sources('b/index.html'));
  expect(sources('a/index.html')).not.toEqual(sources('c/index.html'));
});

test('leaves data, scripts in files and pages without scripts as they are', () => {
  const body =
    '<script type="application/ld+json">{"a":1}</script><script src="/x.js" async=""></script>' +
    '<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre><!-- <script>no()</script> -->';
  page('index.html', body);
  const before = read('index.html');
  expect(moveInlineScripts(folder)).toBe(0);
  expect(read('index.html')).toBe(before);
});

test.each([
  ['<p style="color: red">x</p>', 'index.html: p style="color: red"'],
  ['<img src="x" onerror="alert(1)">', 'index.html: img onerror="alert(1)"'],
  ['<style>p{color:red}</style>', 'index.html: a style element'],
  ['<template><b style="top: 0">x</b></template>', 'index.html: b style="top: 0"'],
])('refuses a page with %s', (body, message) => {
  page('index.html', body);
  expect(() => moveInlineScripts(folder)).toThrow(message);
});
