import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readTreeCpuMicros, type OwnedProcess, type Sample } from '../harness/index.ts';
import { LoadProcess } from '../load/index.ts';
import { launchBrowser } from './browser.ts';
import { startBenchStack } from './stack.ts';

const CONNECTIONS = 50;
const PUSHES_IN_FLIGHT = 48;
const WARM_UP_MS = 500;
const SETTLE_MS = 500;

/** Whether there is a console, and whether a page of it is open. */
export type Looking = 'off' | 'nobody' | 'page';

/**
 * What an echo and a push cost the stack in processor time, with all of its processes. The browser
 * does not count. It shows the page of the traces, which makes the most requests.
 *
 * @param measureMs how long each of the two is measured
 */
export async function measureCost(
  looking: Looking,
  measureMs: number,
  workDirectory: string,
): Promise<Sample> {
  await mkdir(workDirectory, { recursive: true });
  const console_ = looking === 'off' ? 'off' : 'on';
  const stack = await startBenchStack(workDirectory, { console: console_, facts: 'empty' });
  const load = new LoadProcess();
  const browser = looking === 'page' ? await launchBrowser() : undefined;
  try {
    const { WebSocketUrl: url = '', ConnectionsUrl: connectionsUrl = '' } = stack.outputs;
    await load.call('open', { url, count: CONNECTIONS, inFlight: 10 });
    if (browser !== undefined) {
      const page = await browser.newPage();
      await page.goto(`${stack.outputs.ConsoleUrl ?? ''}/#/traces`);
      await page.getByText(/^live/).waitFor();
    }
    await delay(SETTLE_MS);
    const [echo, echoMicros] = await withCpu(stack.process, () =>
      load.call('echo', { connections: CONNECTIONS, warmUpMs: WARM_UP_MS, measureMs }),
    );
    const [pushes, pushMicros] = await withCpu(stack.process, () =>
      load.call('push', {
        ...{ connectionsUrl, targets: CONNECTIONS, inFlight: PUSHES_IN_FLIGHT },
        ...{ warmUpMs: WARM_UP_MS, measureMs, arrivalTimeoutMs: 5000 },
      }),
    );
    stack.process.assertRunning();
    return {
      cpuMicrosPerEcho: echoMicros / echo.echoed,
      cpuMicrosPerPush: pushMicros / pushes.accepted,
    };
  } finally {
    await browser?.close();
    await stack.process.stop(0);
    await load.stop();
  }
}

async function withCpu<T>(process: OwnedProcess, run: () => Promise<T>): Promise<[T, number]> {
  const before = readTreeCpuMicros(process.pid);
  const result = await run();
  return [result, readTreeCpuMicros(process.pid) - before];
}
