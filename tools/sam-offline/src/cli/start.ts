import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { createEventBus } from '../events/index.ts';
import type { EnforcementMode } from '../iam/index.ts';
import { type RunningStack, startStack } from '../stack/index.ts';
import { LIMITS_HELP, parseLimits } from './limits.ts';
import { pairsOf, parsePort, type StackCommandOptions, withStackOptions } from './options.ts';
import { printWarnings } from './print-warnings.ts';
import { stackOf } from './stack-of.ts';
import { type LogFormat, printEvents } from './terminal/index.ts';

interface StartCommandOptions extends StackCommandOptions {
  readonly httpPort: number;
  readonly websocketPort: number;
  readonly awsPort: number;
  readonly consolePort: number;
  readonly clean: boolean;
  readonly watch: boolean;
  readonly limit?: readonly string[];
  readonly iam?: EnforcementMode;
  readonly logFormat: LogFormat;
}

/** `sam-offline start`: runs the stack until a signal stops it. */
export function addStartCommand(program: Command): void {
  withStackOptions(
    program.command('start').description('run the stack of a SAM template on this machine'),
  )
    .option('--http-port <port>', 'port of the HTTP APIs', parsePort, 3001)
    .option('--websocket-port <port>', 'port of the WebSocket APIs', parsePort, 3002)
    .option('--aws-port <port>', 'port of the endpoint for AWS calls', parsePort, 4566)
    .option(
      '--console-port <port>',
      'port of the console, a page to look at the stack',
      parsePort,
      3003,
    )
    .option('--clean', 'start with empty tables', false)
    .option('--watch', 'serve a changed bundle without a restart', false)
    .option(
      '--limit <name=value...>',
      `limits of WebSocket APIs, functions and tables: ${LIMITS_HELP}`,
    )
    .addOption(
      new Option(
        '--iam <mode>',
        'what happens to a call that the function has no permission for (default: enforce; report for a ' +
          'template that has no permissions)',
      ).choices(['enforce', 'report', 'off']),
    )
    .addOption(
      new Option(
        '--log-format <format>',
        'text for people, or the raw lines that CloudWatch would hold',
      )
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(start);
}

async function start(options: StartCommandOptions): Promise<void> {
  const limits = parseLimits(pairsOf('--limit', options.limit));
  const events = createEventBus();
  const output = printEvents(events, process.stdout, options.logFormat);

  // A signal that comes while the stack starts stops the stack as soon as that is possible.
  const stopSignal = firstSignal();
  const stack = stackOf(options);
  printWarnings(stack.warnings, events);
  const running = await startStack({
    stack,
    ports: {
      http: options.httpPort,
      webSocket: options.websocketPort,
      aws: options.awsPort,
      console: options.consolePort,
    },
    dataDirectory: resolve(options.dataDir),
    clean: options.clean,
    watch: options.watch,
    ...(options.iam && { iam: options.iam }),
    limits: limits.webSocket,
    ...(limits.concurrency !== undefined && { concurrency: limits.concurrency }),
    ...(limits.tables && { tableLimits: limits.tables }),
    events,
  });
  if (options.logFormat === 'text') {
    events.warn('info', ready(stack.name, running, performance.now()));
  }

  // Tells a program that started this one over an IPC channel.
  process.send?.({ outputs: running.outputs });

  const end = await Promise.race([
    stopSignal,
    running.dataGone.then((path) => {
      process.exitCode = 1;
      return `${path} was deleted or replaced while the stack ran, and what was in it is gone. Start again for empty tables`;
    }),
  ]);
  events.warn(process.exitCode === 1 ? 'error' : 'info', `${end}: stopping`);
  await running.close();
  output.close();
}

/**
 * Prints that the stack is ready.
 *
 * @param ms since the process started
 */
function ready(stackName: string, running: RunningStack, ms: number): string {
  const urls = Object.entries(running.outputs).filter(
    ([name, value]) =>
      /^ApiKeyValue\b/.test(name) ||
      // A URL at AWS belongs to a resource that is not emulated, so it is left out.
      (/^\w+:\/\//.test(value) && !/^\w+:\/\/[^/]*\.amazonaws\.com\b/.test(value)),
  );
  const width = Math.max(...urls.map(([name]) => name.length));
  return [
    `READY  ${stackName} in ${(ms / 1000).toFixed(1)} s`,
    ...urls.map(([name, url]) => `  ${name.padEnd(width)}  ${url}`),
    `  all outputs: ${running.outputsFile}; Ctrl-C stops`,
  ].join('\n');
}

/**
 * Resolves with the first signal that ends a program, or when the program that started this one
 * over an IPC channel has gone. A second signal ends the process at once.
 */
function firstSignal(): Promise<string> {
  return new Promise((done) => {
    process.once('disconnect', () => {
      done('the parent is gone');
    });
    // The channel alone must not keep the process running: after a signal, nothing else would end
    // it.
    process.channel?.unref();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        done(signal);
      });
    }
  });
}
