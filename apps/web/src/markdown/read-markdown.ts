import { parseMarkdown } from './parse.ts';
import type { Block } from './tree.ts';

/** Up to this length (characters), no text takes the parser longer than about 30 ms. */
export const SHORT_TEXT = 2_000;
/**
 * How long the parser may take (ms); after that the text is shown as it was written. 100 KB of
 * prose take 0.1 s.
 */
const TIME_LIMIT_MS = 3_000;

/** The members of a `Worker` that are used. */
export type ParserWorker = Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>;

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly makeWorker?: () => ParserWorker;
  readonly timeLimitMs?: number;
}

/**
 * Reads a Markdown text beside the page, so that none can freeze it. A text that takes too long is
 * shown as it was written, and so is one that can not be read because the worker could not be loaded.
 *
 * @returns undefined when it was aborted
 */
export async function readMarkdown(
  text: string,
  { signal, makeWorker = parserWorker, timeLimitMs = TIME_LIMIT_MS }: ReadOptions,
): Promise<readonly Block[] | undefined> {
  if (text.length <= SHORT_TEXT) return parseMarkdown(text);
  if (signal.aborted) return undefined;
  const plain: readonly Block[] = [{ type: 'plain', text }];
  let worker: ParserWorker;
  try {
    worker = makeWorker();
  } catch {
    return plain;
  }
  const blocks = await new Promise<readonly Block[] | undefined>((done) => {
    const timer = setTimeout(done, timeLimitMs, plain);
    worker.onmessage = ({ data }: MessageEvent<readonly Block[]>) => {
      clearTimeout(timer);
      done(data);
    };
    worker.onerror = () => {
      clearTimeout(timer);
      done(plain);
    };
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done(undefined);
    });
    worker.postMessage(text);
  });
  worker.terminate();
  return blocks;
}

function parserWorker(): ParserWorker {
  return new Worker(new URL('./parser.worker.ts', import.meta.url), { type: 'module' });
}
