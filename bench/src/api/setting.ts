import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnOwned, type OwnedProcess } from '../harness/index.ts';
import {
  buildBundles,
  bundleLikeProduct,
  developmentUser,
  environmentOf,
  startProductStack,
  type ProductStack,
} from '../stack/index.ts';
import { PAGE, USERS } from './workloads.ts';

const apiBundle = resolve(import.meta.dirname, '../../../dist/apps/api');
const countTimeoutMs = 120_000;

/** The stack with posts and comments in it, and the bare server. */
export interface Setting {
  readonly gatewayUrl: string;
  readonly bareServerUrl: string;
  readonly apiBundle: string;
  readonly bareBundle: string;
  /** The environment variables of the functions. */
  readonly environment: Readonly<Record<string, string>>;
  /** The users' `authorization` headers. */
  readonly users: readonly string[];
  /** The id of a post with comments to read. */
  readonly postToRead: string;
  /** Creates a post without comments; resolves with its id. */
  createPost(): Promise<string>;
  /**
   * Waits until the stack has counted a post's comments, which it does after every write.
   *
   * @throws Error when its count is not the number of comments that were written
   */
  awaitCount(postId: string, comments: number): Promise<void>;
  stop(): Promise<void>;
}

/** Builds and starts everything that is measured. */
export async function prepareSetting(workDirectory: string): Promise<Setting> {
  await mkdir(workDirectory, { recursive: true });
  console.log('building');
  buildBundles();
  const bareBundle = await bundleLikeProduct({
    source: join(import.meta.dirname, 'bare'),
    directory: join(workDirectory, 'bare'),
  });
  const responsesFile = join(workDirectory, 'responses.json');
  const functions = await readFile(join(import.meta.dirname, 'functions.yaml'), 'utf8');
  const stack = await startProductStack(workDirectory, {
    resources: functions
      .replaceAll('BENCH_BARE_BUNDLE', bareBundle)
      .replaceAll('BENCH_RESPONSES_FILE', responsesFile),
  });
  const environment = { ...environmentOf(stack), BENCH_RESPONSES: responsesFile };
  const author = developmentUser('author');
  const api = apiOf(stack, author);
  const postToRead = await fill(api, responsesFile);
  const bareServer = await startBareServer(workDirectory, environment);
  return {
    gatewayUrl: stack.outputs.HttpApiUrl,
    bareServerUrl: bareServer.url,
    ...{ apiBundle, bareBundle, environment, postToRead },
    users: Array.from({ length: USERS }, (_, index) => developmentUser(`reader-${index}`)),
    createPost: async () => (await api.post('/posts', newPost)).postId,
    async awaitCount(postId, comments) {
      const deadline = performance.now() + countTimeoutMs;
      for (;;) {
        const { commentCount } = (await api.get(`/posts/${postId}`)) as { commentCount: number };
        if (commentCount === comments) return;
        if (commentCount > comments || performance.now() > deadline) {
          throw new Error(`${comments} comments were written, and ${commentCount} counted`);
        }
        await delay(50);
      }
    },
    async stop() {
      await Promise.all([bareServer.process.stop(), stack.process.stop()]);
    },
  };
}

const newPost = { title: 'A post about nothing', body: 'Some words of a post. '.repeat(60) };

interface Api {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<{ readonly postId: string }>;
}

function apiOf({ outputs }: ProductStack, authorization: string): Api {
  const ask = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(outputs.HttpApiUrl + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} responded with ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  return {
    get: (path) => ask(path, {}),
    post: async (path, body) =>
      (await ask(path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })) as { postId: string },
  };
}

/**
 * Creates two pages of posts, and two pages of comments on the last post; writes the API's
 * responses for the bare app to a file.
 */
async function fill(api: Api, responsesFile: string): Promise<string> {
  let postId = '';
  for (let count = 0; count < 2 * PAGE; count += 1) {
    ({ postId } = await api.post('/posts', newPost));
  }
  let write: unknown;
  for (let count = 0; count < 2 * PAGE; count += 1) {
    write = await api.post(`/posts/${postId}/comments`, {
      body: 'A comment of some length. '.repeat(8),
    });
  }
  const feed = await api.get(`/posts?limit=${PAGE}`);
  const comments = await api.get(`/posts/${postId}/comments?limit=${PAGE}`);
  await writeFile(responsesFile, JSON.stringify({ feed, comments, write }));
  return postId;
}

async function startBareServer(
  workDirectory: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly process: OwnedProcess; readonly url: string }> {
  const server = spawnOwned(process.execPath, [join(import.meta.dirname, 'bare-server.mjs')], {
    cwd: workDirectory,
    env: environment,
    logFile: join(workDirectory, 'bare-server.log'),
  });
  const listening = /^LISTENING (\d+)$/m;
  await server.waitForOutput(listening, 20_000);
  const port = listening.exec(server.readOutput())?.[1] ?? '';
  return { process: server, url: `http://127.0.0.1:${port}` };
}
