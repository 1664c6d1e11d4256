/** @jest-environment node */
import { highlight } from './highlight.ts';
import { languageNamed } from './languages.ts';
import { parseMarkdown } from './parse.ts';
import { readMarkdown, SHORT_TEXT, type ParserWorker } from './read-markdown.ts';

const long = 'A word of **many**.\n\n'.repeat(SHORT_TEXT / 10);

/**
 * A worker that responds with the result of `respond`; it never responds when that is undefined.
 */
class Parser implements ParserWorker {
  onmessage: ParserWorker['onmessage'] = null;
  onerror: ParserWorker['onerror'] = null;
  isEnded = false;
  readonly #respond: (text: string) => unknown;

  constructor(respond: (text: string) => unknown) {
    this.#respond = respond;
  }

  postMessage(text: string): void {
    const data = this.#respond(text);
    if (data === undefined) return;
    queueMicrotask(() => {
      this.onmessage?.call(this as never, { data } as never);
    });
  }

  terminate(): void {
    this.isEnded = true;
  }
}

const { signal } = new AbortController();
const noWorker = (): never => {
  throw new Error('no worker is needed');
};

test('a short text needs no worker', async () => {
  expect(await readMarkdown('# A', { signal, makeWorker: noWorker })).toEqual(parseMarkdown('# A'));
});

test('a long text is read by a worker, which ends', async () => {
  const worker = new Parser(parseMarkdown);
  const blocks = await readMarkdown(long, { signal, makeWorker: () => worker });
  expect(blocks).toEqual(parseMarkdown(long));
  expect(worker.isEnded).toBe(true);
});

test('a text that takes too long is shown as it was written, and its worker ends', async () => {
  const worker = new Parser(() => undefined);
  const blocks = await readMarkdown(long, { signal, makeWorker: () => worker, timeLimitMs: 1 });
  expect(blocks).toEqual([{ type: 'plain', text: long }]);
  expect(worker.isEnded).toBe(true);
});

test('a text is shown as it was written when there are no workers', async () => {
  const blocks = await readMarkdown(long, { signal, makeWorker: noWorker });
  expect(blocks).toEqual([{ type: 'plain', text: long }]);
});

test('reading ends when nobody waits for it any more', async () => {
  const abort = new AbortController();
  const worker = new Parser(() => undefined);
  const reading = readMarkdown(long, { signal: abort.signal, makeWorker: () => worker });
  abort.abort();
  expect(await reading).toBeUndefined();
  expect(worker.isEnded).toBe(true);
});

test('code is coloured only for known names of languages', async () => {
  expect(await highlight('const a = "<b>";', languageNamed('ts'))).toEqual([
    { className: 'hljs-keyword', content: [{ content: 'const' }] },
    { content: ' a = ' },
    { className: 'hljs-string', content: [{ content: '"<b>"' }] },
    { content: ';' },
  ]);
  for (const name of ['cobol', '__proto__', 'constructor', '']) {
    expect(await highlight('x', languageNamed(name))).toBeUndefined();
  }
});
