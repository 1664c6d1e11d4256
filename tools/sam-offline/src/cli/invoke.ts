import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { startStack } from '../stack/index.ts';
import { loadStack, type Stack } from '../template/index.ts';
import {
  pairsOf,
  type StackCommandOptions,
  stackNameOf,
  templatePathOf,
  withStackOptions,
} from './options.ts';
import { printWarnings } from './print-warnings.ts';
import { createTerminalLog } from './terminal-log.ts';
import { UserError } from './user-error.ts';

interface InvokeCommandOptions extends StackCommandOptions {
  readonly event?: string;
}

/** `sam-offline invoke`: one invocation; its answer goes to standard output. */
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

async function invoke(logicalId: string, options: InvokeCommandOptions): Promise<void> {
  const templatePath = templatePathOf(options);
  const log = createTerminalLog(process.stderr);
  const event = readEvent(options.event);
  const stack = loadStack({
    templatePath,
    stackName: stackNameOf(options, templatePath),
    region: options.region,
    parameterOverrides: pairsOf('--parameter-overrides', options.parameterOverrides),
  });
  printWarnings(stack.warnings, log);
  const running = await startStack({
    // The function's own call only: nothing else is invoked by what it writes.
    stack: { ...onlyFunction(stack, logicalId), eventSourceMappings: [] },
    ports: { http: 0, webSocket: 0, aws: 0 },
    dataDirectory: resolve(options.dataDir),
    clean: false,
    watch: false,
    limits: {},
    log,
  });
  try {
    const result = await running.invoke(logicalId, event);
    process.stdout.write(`${result.payload.toString()}\n`);
    if (!result.ok) process.exitCode = 1;
  } finally {
    await running.close();
  }
}

/** Bundles of other functions need not exist. */
function onlyFunction(stack: Stack, logicalId: string): Stack {
  const fn = stack.functions.find((candidate) => candidate.logicalId === logicalId);
  if (!fn) {
    const names = stack.functions.map((candidate) => candidate.logicalId).join(', ');
    throw new UserError(`the template has no function ${logicalId}; it has ${names || 'none'}`);
  }
  return { ...stack, functions: [fn] };
}

/** @throws UserError when the file is missing or no JSON */
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
      `--event ${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return text;
}
