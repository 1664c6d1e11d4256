import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { whyNoBrowser } from './support/console-browser.ts';
import { startLocalStack } from './support/local-stack.ts';
import { signIn } from './support/sign-in.ts';
import { readTarget, type Target } from './support/target.ts';
import { WebBrowser } from './support/web-browser.ts';
import { EMPTY_PAGE, FEED_SCRIPT_BUDGET, measurePage } from './support/web-measure.ts';

/*
 * `npx nx run web:measure` measures the feed of the web app in Chromium on a local stack, and an
 * empty page of the framework.
 */

const root = resolve(import.meta.dirname, '../..');
const FIXTURE = resolve(import.meta.dirname, '../fixtures/empty-next-page');
const RUNS = 5;

const why = whyNoBrowser();
if (why !== undefined) throw new Error(why);
const stack = await startLocalStack();
try {
  process.env.E2E_OUTPUTS = stack.outputsFile;
  const target = readTarget();
  const alice = await signIn(target, 'Alice');
  for (let count = 1; count <= 20; count++) {
    await alice.api.posts.create({ title: `Post ${count}`, body: 'Some words. '.repeat(40) });
  }
  const feed = await WebBrowser.launch(target);
  try {
    const measures = [];
    for (let run = 0; run < RUNS; run++) {
      const context = await feed.context();
      measures.push(await measurePage(context, '/', 'article'));
      await context.close();
    }
    const [first] = measures;
    const paints = measures.map(({ largestPaintMs }) => largestPaintMs).toSorted((a, b) => a - b);
    const empty = await emptyPage(target);
    const beyond = (first?.scriptBytes ?? 0) - empty;
    process.stdout.write(
      [
        `script of an empty page   ${kilobytes(empty)} (Next.js ${versionOf('next')}, React ${versionOf('react')}; ${empty} bytes, recorded: ${EMPTY_PAGE.scriptBytes})`,
        `script of the feed        ${kilobytes(first?.scriptBytes ?? 0)}: ${kilobytes(beyond)} beyond, of ${kilobytes(FEED_SCRIPT_BUDGET)}`,
        `largest paint             ${paints.map((ms) => `${Math.round(ms)} ms`).join(', ')}`,
        `layout shift              ${Math.max(...measures.map(({ layoutShift }) => layoutShift))}`,
      ].join('\n'),
    );
  } finally {
    await feed.close();
  }
} finally {
  await stack.stop();
}

/** Exports a page of the framework that shows only a heading, and measures it in the same way. */
async function emptyPage(target: Target): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'blogapp-empty-page-'));
  try {
    cpSync(FIXTURE, folder, { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/next'), ['build'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    });
    if (status !== 0) throw new Error(`The empty page was not built:\n${stdout}`);
    const browser = await WebBrowser.launch(target, join(folder, 'out'));
    try {
      const { scriptBytes } = await measurePage(await browser.context(), '/', 'h1');
      return scriptBytes;
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versionOf(name: string): string {
  const file = join(root, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
