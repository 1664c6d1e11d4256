import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { artilleryCommand } from './install.ts';

export interface ArtilleryRun {
  readonly scenarioFile: string;
  /** Values for the scenario's variables, instead of those in its file. */
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  /** Deep-merged over the scenario file's content. */
  readonly overrides: object;
  /** One of the scenario's `config.environments`. */
  readonly environmentName?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Is called with Artillery's process id. */
  readonly onStart: (pid: number) => void;
  /** Interrupts Artillery, which then ends its virtual users and lets the engine write its record. */
  readonly signal: AbortSignal;
}

export interface ArtilleryEnd {
  readonly code: number;
  /** The end of its output, the ledger's sums: all that is left of a run whose disk is full. */
  readonly lastLines: string;
}

/** Characters of `lastLines`. */
const KEPT_OUTPUT = 4_000;

/** Artillery gets so long to end after an interruption. */
const INTERRUPT_MS = 30_000;

/** Runs Artillery. Its output goes to the log; the engine's line of progress, on standard error, is shown. */
export async function runArtillery(options: ArtilleryRun): Promise<ArtilleryEnd> {
  const { scenarioFile, variables, overrides, environmentName, environment } = options;
  const { logFile, signal } = options;
  if (signal.aborted) return { code: 130, lastLines: '' };
  let lastLines = '';
  const hasVariables = Object.keys(variables).length > 0;
  const child = spawn(
    process.execPath,
    [
      artilleryCommand,
      'run',
      // Its own tables would be in the way of the line of progress …
      '--quiet',
      scenarioFile,
      ...(environmentName === undefined ? [] : ['--environment', environmentName]),
      ...(hasVariables ? ['--variables', JSON.stringify(variables)] : []),
      ...(Object.keys(overrides).length > 0 ? ['--overrides', JSON.stringify(overrides)] : []),
    ],
    {
      // … and so would its spinner, which it shows all the same, but not on a dumb terminal.
      env: { ...process.env, TERM: 'dumb', ARTILLERY_DISABLE_TELEMETRY: 'true', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
      // In a group of its own: a Ctrl-C reaches the runner only, which interrupts it once.
      detached: true,
    },
  );
  if (child.pid !== undefined) options.onStart(child.pid);
  const log = createWriteStream(logFile);
  // A full disk must not end the run.
  log.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => {
    log.write(chunk);
    lastLines = (lastLines + chunk.toString()).slice(-KEPT_OUTPUT);
  });
  let killer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill('SIGINT');
    killer = setTimeout(() => child.kill('SIGKILL'), INTERRUPT_MS);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  const killWithUs = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithUs);
  try {
    // Not `exit`: what it wrote may still be on its way then.
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, lastLines };
  } finally {
    clearTimeout(killer);
    process.off('exit', killWithUs);
    signal.removeEventListener('abort', interrupt);
    log.end();
  }
}
