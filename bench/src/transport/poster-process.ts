/**
 * `node poster-process.ts <variant> <endpoint> <milliseconds of processor time>`: posts with one
 * variant, as fast as one process can, and prints what it cost as JSON after `RESULT`.
 */
import { recipientId } from '../connections-sink/index.ts';
import { IN_FLIGHT, posters, type PosterName } from './posters.ts';

/** What a poster process prints. */
export interface PosterResult {
  readonly posts: number;
  readonly cpuMicros: number;
  readonly seconds: number;
}

const CONNECTIONS = 10_000;
/** Before measuring: every code path is compiled by then. */
const WARM_UP_POSTS = 10_000;

const [name = '', endpoint = '', measureCpuMs = ''] = process.argv.slice(2);
if (!isPosterName(name)) throw new Error(`there is no variant ${name}`);

const ids = Array.from({ length: CONNECTIONS }, (_, index) => recipientId(index));
const payload = Buffer.from(
  JSON.stringify({
    type: 'comment.created',
    id: '01JDB3V4W5X6Y7Z8A9B0C1D2E3',
    channel: 'post:01JDB3V4W5X6Y7Z8A9B0C1D2E4',
    occurredAt: '2026-11-23T08:00:00.000Z',
    data: { postId: '01JDB3V4W5X6Y7Z8A9B0C1D2E4', text: 'x'.repeat(128) },
    meta: { correlationId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef' },
  }),
);
const post = await posters[name](endpoint, payload);
const result = await measure(Number(measureCpuMs) * 1000);
console.log(`RESULT ${JSON.stringify(result)}`);
process.exit();

/** Measures over a span of processor time, so that other work on the machine only prolongs it. */
async function measure(measureMicros: number): Promise<PosterResult> {
  return await new Promise((resolve, reject) => {
    let sent = 0;
    let posts = 0;
    let startedAt = 0;
    let cpuAtStart: NodeJS.CpuUsage | undefined;

    const next = (): void => {
      sent += 1;
      post(ids[sent % CONNECTIONS] ?? '', answered);
    };
    const answered = (error?: unknown): void => {
      if (error !== undefined) {
        reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
        return;
      }
      posts += 1;
      if (cpuAtStart === undefined) {
        if (posts === WARM_UP_POSTS) {
          posts = 0;
          startedAt = performance.now();
          cpuAtStart = process.cpuUsage();
        }
      } else if (posts % 256 === 0) {
        const { user, system } = process.cpuUsage(cpuAtStart);
        if (user + system >= measureMicros) {
          const seconds = (performance.now() - startedAt) / 1000;
          resolve({ posts, cpuMicros: user + system, seconds });
          return;
        }
      }
      next();
    };
    for (let count = 0; count < IN_FLIGHT; count += 1) next();
  });
}

function isPosterName(text: string): text is PosterName {
  return text in posters;
}
