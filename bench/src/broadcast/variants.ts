import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnOwned, type OwnedProcess } from '../harness/index.ts';
import { LoadProcess } from '../load/index.ts';
import { operator } from '../load/operator.ts';
import { countSubscribers, startProductStack, type ProductStack } from '../stack/index.ts';
import { peakMemoryMb } from './peak-memory.ts';

/** A way to broadcast, with its clients connected. */
export interface BroadcastVariant {
  readonly name: string;
  readonly load: LoadProcess;
  /** The URL of the request. */
  readonly url: string;
  /** The most memory of the function's process so far (MiB). */
  peakMemoryMb(): number | undefined;
  /** The DynamoDB read units of one broadcast. */
  readonly readUnits: number | undefined;
}

export interface Connected {
  readonly variants: readonly BroadcastVariant[];
  stop(): Promise<void>;
}

export const OURS = 'ours';
export const SAMPLE = "AWS sample's way";
export const CHUNKED = 'chunks of 25';
export const LIMIT = 'bare ws loop';
export const BARE_PUSHES = 'bare pushes';

const handshakesInFlight = 50;

/** Starts the stack and the bare servers, and connects as many clients to each. */
export async function connectAll(count: number, workDirectory: string): Promise<Connected> {
  const stackLoad = new LoadProcess();
  const bareLoad = new LoadProcess();
  const processes: OwnedProcess[] = [];
  const stop = async (): Promise<void> => {
    // The processes are killed before their clients disconnect: thousands of `$disconnect`
    // invocations are not measured.
    await Promise.all(processes.map((process) => process.stop(0)));
    await Promise.all([stackLoad.stop(), bareLoad.stop()]);
  };
  try {
    const stack = await startProductStack(workDirectory, { resources: await benchFunctions() });
    processes.push(stack.process);
    const listen = async (script: string, ...args: string[]): Promise<string[]> => {
      const server = spawnOwned(process.execPath, [join(import.meta.dirname, script), ...args], {
        cwd: workDirectory,
        logFile: join(workDirectory, `${script}.log`),
      });
      processes.push(server);
      const listening = /^LISTENING (.*)$/m;
      await server.waitForOutput(listening, 20_000);
      return (listening.exec(server.readOutput())?.[1] ?? '').split(' ');
    };
    const [barePort = '', pushesPort = ''] = await listen('bare-server.ts');
    const [pusherPort = ''] = await listen('bare-pusher.ts', pushesPort, String(count));

    await open(stackLoad, stack.outputs.WebSocketUrl, count);
    await open(bareLoad, `ws://127.0.0.1:${barePort}`, count);
    return {
      variants: [
        ...(await onStack(stack, stackLoad)),
        onBare(BARE_PUSHES, pusherPort, bareLoad),
        onBare(LIMIT, barePort, bareLoad),
      ],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function benchFunctions(): Promise<string> {
  const yaml = await readFile(join(import.meta.dirname, 'functions.yaml'), 'utf8');
  return yaml.replaceAll('BENCH_HANDLERS', join(import.meta.dirname, 'handlers'));
}

async function open(load: LoadProcess, url: string, count: number): Promise<void> {
  const limit = await load.call('openFileLimit', undefined);
  if (limit < count + 100) {
    throw new Error(`this shell allows ${limit} open files (raise it: ulimit -n ${count + 1000})`);
  }
  const { opened, failed } = await load.call('open', {
    url,
    count,
    inFlight: handshakesInFlight,
  });
  if (failed > 0) throw new Error(`${failed} of ${opened + failed} connections failed: ${url}`);
}

async function onStack(stack: ProductStack, load: LoadProcess): Promise<BroadcastVariant[]> {
  const { HttpApiUrl: http } = stack.outputs;
  const { queried, scanned } = await countReadUnits(stack);
  return [
    {
      name: OURS,
      load,
      url: `${http}/broadcast/comments`,
      peakMemoryMb: () => peakMemoryMb(stack, 'WebSocketBroadcastFunction'),
      readUnits: queried,
    },
    {
      name: SAMPLE,
      load,
      url: `${http}/bench/sample`,
      peakMemoryMb: () => peakMemoryMb(stack, 'BenchSampleFunction'),
      readUnits: scanned,
    },
    {
      name: CHUNKED,
      load,
      url: `${http}/bench/chunked`,
      peakMemoryMb: () => peakMemoryMb(stack, 'BenchChunkedFunction'),
      readUnits: scanned,
    },
  ];
}

function onBare(name: string, port: string, load: LoadProcess): BroadcastVariant {
  return {
    name,
    load,
    url: `http://127.0.0.1:${port}/`,
    peakMemoryMb: () => undefined,
    readUnits: undefined,
  };
}

/** Makes the same reads as the functions, and returns the read units that DynamoDB reports. */
async function countReadUnits({
  outputs,
}: ProductStack): Promise<{ queried: number; scanned: number }> {
  const client = new DynamoDBClient({
    endpoint: outputs.AwsEndpointUrl,
    ...operator,
  });
  const TableName = outputs.WebSocketConnectionsTableName;
  try {
    const { readUnits: queried } = await countSubscribers(client, TableName);
    let scanned = 0;
    const pages = paginateScan({ client }, { TableName, ReturnConsumedCapacity: 'TOTAL' });
    for await (const page of pages) scanned += page.ConsumedCapacity?.CapacityUnits ?? 0;
    return { queried, scanned };
  } finally {
    client.destroy();
  }
}
