import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createEventBus } from '../events/index.ts';
import { findRunningStack, startStack } from '../stack/index.ts';
import { type LambdaFunction, type Stack } from '../template/index.ts';
import { type StackCommandOptions, withStackOptions } from './options.ts';
import { printWarnings } from './print-warnings.ts';
import { stackOf } from './stack-of.ts';
import { printEvents } from './terminal/index.ts';
import { UserError } from '../sam-offline-error.ts';

interface InvokeCommandOptions extends StackCommandOptions {
  readonly event?: string;
}

/** `sam-offline invoke`: invokes a function once. The result goes to standard output. */
export function addInvokeCommand(program: Command): void {
  withStackOptions(
    program
      .command('invoke')
      .description('invoke one function, with the stack’s tables and queues there for it')
      .argument('<logical id>', 'the function’s logical id in the template'),
  )
    .option('-e, --event <file>', 'the event as JSON; - reads standard input (default: {})')
    .action(invoke);
}

/** The result of an invocation. */
interface FunctionResult {
  readonly ok: boolean;
  readonly payload: string;
}

async function invoke(logicalId: string, options: InvokeCommandOptions): Promise<void> {
  const event = readEvent(options.event);
  const stack = stackOf(options);
  const dataDirectory = resolve(options.dataDir);
  const endpoint = await findRunningStack(dataDirectory);
  const fn = functionOf(stack, logicalId);
  const result =
    endpoint === undefined
      ? await invokeAlone(stack, fn, dataDirectory, event)
      : await invokeIn(endpoint, stack.region, fn, event);
  process.stdout.write(`${result.payload}\n`);
  if (!result.ok) process.exitCode = 1;
}

/**
 * Invokes in the stack that already runs. The function's log lines are in the output of that stack.
 */
async function invokeIn(
  endpoint: string,
  region: string,
  fn: LambdaFunction,
  event: string,
): Promise<FunctionResult> {
  // Imported here, since nothing else of the command needs the SDK.
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  try {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: fn.functionName, Payload: event }),
    );
    return { ok: FunctionError === undefined, payload: Payload?.transformToString() ?? '' };
  } finally {
    client.destroy();
  }
}

/**
 * Invokes in a stack of its own, which has the function, the tables and the queues, but nothing
 * that they trigger.
 */
async function invokeAlone(
  stack: Stack,
  fn: LambdaFunction,
  dataDirectory: string,
  event: string,
): Promise<FunctionResult> {
  const events = createEventBus();
  const output = printEvents(events, process.stderr, 'text');
  printWarnings(stack.warnings, events);
  const running = await startStack({
    stack: {
      ...{ ...stack, functions: [fn], eventSourceMappings: [] },
      ...{ subscriptions: [], rules: [], schedules: [] },
    },
    ports: { http: 0, webSocket: 0, aws: 0 },
    dataDirectory,
    clean: false,
    watch: false,
    limits: {},
    events,
  });
  try {
    const { ok, payload } = await running.invoke(fn.logicalId, event);
    return { ok, payload: payload.toString() };
  } finally {
    await running.close();
    output.close();
  }
}

/**
 * Finds a function.
 *
 * @throws UserError that names the functions of the template
 */
function functionOf(stack: Stack, logicalId: string): LambdaFunction {
  const fn = stack.functions.find((candidate) => candidate.logicalId === logicalId);
  if (fn) return fn;
  const names = stack.functions.map((candidate) => candidate.logicalId).join(', ');
  throw new UserError(`the template has no function ${logicalId}; it has ${names || 'none'}`);
}

/**
 * Reads the event.
 *
 * @throws UserError if the file is missing or is not JSON
 */
function readEvent(file: string | undefined): string {
  if (file === undefined) return '{}';
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UserError(
      `--event ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new UserError(
      `--event ${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return text;
}
