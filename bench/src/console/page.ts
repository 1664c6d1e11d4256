import { mkdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import type { Sample } from '../harness/index.ts';
import { launchBrowser } from './browser.ts';
import { startBenchStack } from './stack.ts';

/**
 * Measures how long the page takes until its first row is shown, and how many frames a second it
 * draws.
 *
 * @param facts `full`: with 10,000 log lines and 1,000 traces, and frames while 2,000 facts a
 * second come; `empty`: with the stack's own first request only, and frames while there are no
 * facts
 * @param framesMs how long frames are counted
 */
export async function measurePage(
  facts: 'full' | 'empty',
  framesMs: number,
  workDirectory: string,
): Promise<Sample> {
  await mkdir(workDirectory, { recursive: true });
  const stack = await startBenchStack(workDirectory, { console: 'on', facts });
  const browser = await launchBrowser();
  const { ConsoleUrl: url = '', WebSocketUrl: webSocketUrl = '' } = stack.outputs;
  try {
    const client = await connected(webSocketUrl);
    // The first request for a page builds the script; this happens before measuring.
    await firstRowMs(browser, `${url}/#/logs`, '.row.log');
    const firstLogRowMs = await firstRowMs(browser, `${url}/#/logs`, '.row.log');
    const firstTraceRowMs = await firstRowMs(browser, `${url}/#/traces`, 'a.trace');
    const refreshes = {
      ...{ mapWholeMs: await wholeMs(`${url}/api/map`), mapMs: await againMs(`${url}/api/map`) },
      invocationsWholeMs: await wholeMs(`${url}/api/invocations`),
      invocationsMs: await againMs(`${url}/api/invocations`),
    };
    if (facts === 'full') process.kill(stack.process.pid, 'SIGUSR2');
    const framesPerSecond = await countFrames(browser, `${url}/#/logs`, framesMs);
    stack.process.assertRunning();
    client.close();
    return { firstLogRowMs, firstTraceRowMs, framesPerSecond, ...refreshes };
  } finally {
    await browser.close();
    await stack.process.stop(0);
  }
}

/** Connects a client and sends a message, so that there is a row to wait for. */
async function connected(url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  const next = (name: 'open' | 'message'): Promise<unknown> =>
    new Promise((done) => {
      client.addEventListener(name, done, { once: true });
    });
  await next('open');
  client.send('hello');
  await next('message');
  return client;
}

const ASKED = 9;
const HALF_AN_HOUR_MS = 30 * 60_000;

/**
 * The response time (ms) for a range that was not requested before: it reads every fact of the
 * range.
 */
function wholeMs(url: string): Promise<number> {
  const nowMs = Date.now();
  return medianMs((turn) => `${url}?startMs=${nowMs - HALF_AN_HOUR_MS - turn * 60_000}`);
}

/**
 * The response time (ms) for the same range a moment later, which a page requests at each refresh.
 */
async function againMs(url: string): Promise<number> {
  await (await fetch(url)).text();
  return medianMs(() => url);
}

async function medianMs(urlOf: (turn: number) => string): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < ASKED; turn++) {
    const startedAt = performance.now();
    await (await fetch(urlOf(turn))).text();
    took.push(performance.now() - startedAt);
  }
  return took.toSorted((a, b) => a - b)[Math.floor(ASKED / 2)] ?? 0;
}

/**
 * The time from the request of the page to its first row (ms), in a browser context with an empty
 * cache.
 */
async function firstRowMs(browser: Browser, url: string, row: string): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const startedAt = performance.now();
    await page.goto(url);
    await page.locator(row).first().waitFor();
    return performance.now() - startedAt;
  } finally {
    await context.close();
  }
}

async function countFrames(browser: Browser, url: string, forMs: number): Promise<number> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.locator('.row.log').first().waitFor();
  return page.evaluate(
    (ms) =>
      new Promise<number>((done) => {
        const { requestAnimationFrame } = globalThis as unknown as {
          requestAnimationFrame: (onFrame: () => void) => void;
        };
        const startedAt = performance.now();
        let frames = 0;
        const onFrame = (): void => {
          frames += 1;
          const tookMs = performance.now() - startedAt;
          if (tookMs < ms) requestAnimationFrame(onFrame);
          else done((frames * 1000) / tookMs);
        };
        requestAnimationFrame(onFrame);
      }),
    forMs,
  );
}
