import { join } from 'node:path';
import { readTreeMemory, type Sample } from '../harness/index.ts';
import { LoadProcess } from '../load/index.ts';
import { awaitStart, type Product } from './server.ts';

/** How many files the load process needs beside its sockets. */
const spareFiles = 100;

/**
 * Opens many connections, and checks that each gets a pong while all are open.
 *
 * @returns the sample, or the reason why it is not possible on this machine
 */
export async function holdConnections(
  product: Product,
  count: number,
  handshakesInFlight: number,
  workDirectory: string,
): Promise<Sample | string> {
  const load = new LoadProcess();
  try {
    const limit = await load.call('openFileLimit', undefined);
    if (limit < count + spareFiles) {
      return `${count} connections were not tried: this shell allows ${limit} open files (raise it: ulimit -n ${count + 1000})`;
    }
    const started = await product.start(join(workDirectory, 'hold.log'));
    try {
      await awaitStart(started);
      const opened = await load.call('open', {
        url: started.webSocketUrl,
        count,
        inFlight: handshakesInFlight,
      });
      const pings = await load.call('pingAll', { inFlight: 100, timeoutMs: 10_000 });
      return {
        heldConnections: opened.opened,
        heldResponded: pings.responded,
        heldMemoryMb: readTreeMemory(started.process.pid).pssMb,
      };
    } finally {
      await started.process.stop(0);
    }
  } finally {
    await load.stop();
  }
}
