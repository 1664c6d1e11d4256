import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import {
  readTreeCpuMicros,
  readTreeMemory,
  type OwnedProcess,
  type Sample,
} from '../harness/index.ts';
import { LoadProcess } from '../load/index.ts';
import { awaitStart, type Product, type StartedProduct } from './server.ts';

/** The amount of work of a round. */
export interface Workload {
  /** How many connections are opened for the rate; they then stay idle for the memory figure. */
  readonly idleConnections: number;
  readonly handshakesInFlight: number;
  readonly echoConnections: number;
  readonly pushTargets: number;
  readonly pushesInFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** The time before memory is read (ms), so that what was only needed for opening is released. */
  readonly settleMs: number;
  /**
   * The most memory of a product (MiB). Beyond it no more connections are opened, and the round
   * reports how many were.
   */
  readonly memoryCapMb: number;
}

/** Measures a product once: starts it, opens connections, sends, pushes, and stops it. */
export async function measureProduct(
  product: Product,
  workload: Workload,
  workDirectory: string,
): Promise<Sample> {
  const logFile = join(workDirectory, `${product.name.replaceAll(/\W+/g, '-')}.log`);
  const started = await product.start(logFile);
  const load = new LoadProcess();
  try {
    return await measureStarted(started, load, workload);
  } finally {
    // The product is killed before its clients disconnect: a thousand `$disconnect` invocations at
    // once are not measured, and would cost serverless-offline a thread each.
    await started.process.stop(0);
    await load.stop();
  }
}

/**
 * Runs a function, and returns its result and the processor time that the product's process tree
 * used meanwhile.
 */
async function withCpu<T>(process: OwnedProcess, run: () => Promise<T>): Promise<[T, number]> {
  const before = readTreeCpuMicros(process.pid);
  const result = await run();
  return [result, readTreeCpuMicros(process.pid) - before];
}

async function measureStarted(
  started: StartedProduct,
  load: LoadProcess,
  workload: Workload,
): Promise<Sample> {
  const { process, webSocketUrl } = started;
  const { startupMs, readyMs } = await awaitStart(started);
  const { warmUpMs, measureMs } = workload;
  const atStart = readTreeMemory(process.pid);

  const cold = await withMemoryCap(process, load, workload.memoryCapMb, () =>
    load.call('open', {
      url: webSocketUrl,
      count: workload.idleConnections,
      inFlight: workload.handshakesInFlight,
    }),
  );
  await delay(workload.settleMs);
  const idle = readTreeMemory(process.pid);

  const single = await load.call('echo', { connections: 1, warmUpMs, measureMs: measureMs / 2 });
  const [echo, echoMicros] = await withCpu(process, () =>
    load.call('echo', { connections: workload.echoConnections, warmUpMs, measureMs }),
  );
  const connectionsUrl = await started.readConnectionsUrl();
  const [pushes, pushMicros] = await withCpu(process, () =>
    load.call('push', {
      connectionsUrl,
      targets: workload.pushTargets,
      inFlight: workload.pushesInFlight,
      warmUpMs,
      measureMs,
      arrivalTimeoutMs: 5000,
    }),
  );
  const [warm, connectMicros] = await withCpu(process, () =>
    load.call('open', {
      url: webSocketUrl,
      count: workload.idleConnections,
      inFlight: workload.handshakesInFlight,
    }),
  );
  process.assertRunning();
  return {
    startupMs,
    readyMs,
    connectionsPerSecond: cold.opened / cold.seconds,
    warmConnectionsPerSecond: warm.opened / warm.seconds,
    refusedConnections: cold.failed + warm.failed,
    idleConnections: cold.opened,
    memoryAtStartMb: atStart.pssMb,
    memoryIdleMb: idle.pssMb,
    memoryIdleRssMb: idle.rssMb,
    processes: idle.processes,
    echoesPerSecond: echo.echoesPerSecond,
    echoP50Ms: echo.p50Ms,
    echoP99Ms: echo.p99Ms,
    failedEchoes: echo.failed + single.failed,
    cpuMicrosPerEcho: echoMicros / echo.echoed,
    cpuMicrosPerPush: pushMicros / pushes.accepted,
    cpuMicrosPerConnection: connectMicros / warm.opened,
    singleEchoP50Ms: single.p50Ms,
    singleEchoP99Ms: single.p99Ms,
    pushesPerSecond: pushes.pushesPerSecond,
    pushP50Ms: pushes.p50Ms,
    pushP99Ms: pushes.p99Ms,
    failedPushes:
      pushes.lost + Object.values(pushes.refused).reduce((sum, count) => sum + count, 0),
  };
}

/**
 * Runs a function while checking the product's memory; at the limit, no more connections are
 * opened.
 */
async function withMemoryCap<T>(
  process: OwnedProcess,
  load: LoadProcess,
  capMb: number,
  run: () => Promise<T>,
): Promise<T> {
  const watch = setInterval(() => {
    if (readTreeMemory(process.pid).rssMb > capMb) void load.call('stopOpening', undefined);
  }, 500);
  try {
    return await run();
  } finally {
    clearInterval(watch);
  }
}
