/**
 * `node pusher-process.ts <variant> <endpoint> <milliseconds of processor time>`: pushes with one
 * variant as fast as possible, and prints the costs as JSON after `RESULT`.
 */
import { recipientId } from '../connections-sink/index.ts';
import { IN_FLIGHT, pushers, type PusherName } from './pushers.ts';

/** What a pusher process prints. */
export interface PusherResult {
  readonly pushes: number;
  readonly cpuMicros: number;
  readonly seconds: number;
}

const CONNECTIONS = 10_000;
/** The number of pushes before measuring, so that the code is compiled. */
const WARM_UP_PUSHES = 10_000;

const [name = '', endpoint = '', measureCpuMs = ''] = process.argv.slice(2);
if (!isPusherName(name)) throw new Error(`there is no variant ${name}`);

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
const push = await pushers[name](endpoint, payload);
const result = await measure(Number(measureCpuMs) * 1000);
console.log(`RESULT ${JSON.stringify(result)}`);
process.exit();

/**
 * Measures for an amount of processor time, so that other work on the machine only makes it take
 * longer.
 */
async function measure(measureMicros: number): Promise<PusherResult> {
  return await new Promise((resolve, reject) => {
    let sent = 0;
    let pushes = 0;
    let startedAt = 0;
    let cpuAtStart: NodeJS.CpuUsage | undefined;

    const next = (): void => {
      sent += 1;
      push(ids[sent % CONNECTIONS] ?? '', onResponse);
    };
    const onResponse = (error?: unknown): void => {
      if (error !== undefined) {
        reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
        return;
      }
      pushes += 1;
      if (cpuAtStart === undefined) {
        if (pushes === WARM_UP_PUSHES) {
          pushes = 0;
          startedAt = performance.now();
          cpuAtStart = process.cpuUsage();
        }
      } else if (pushes % 256 === 0) {
        const { user, system } = process.cpuUsage(cpuAtStart);
        if (user + system >= measureMicros) {
          const seconds = (performance.now() - startedAt) / 1000;
          resolve({ pushes, cpuMicros: user + system, seconds });
          return;
        }
      }
      next();
    };
    for (let count = 0; count < IN_FLIGHT; count += 1) next();
  });
}

function isPusherName(text: string): text is PusherName {
  return text in pushers;
}
