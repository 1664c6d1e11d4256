import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { artilleryCommand } from './install.ts';

export interface ArtilleryRun {
  readonly scenarioFile: string;
  /** Values that replace the scenario's variables. */
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  /** Settings that are merged into the content of the scenario file, at every level. */
  readonly overrides: object;
  /** One of the scenario's `config.environments`. */
  readonly environmentName?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Is called with Artillery's process id. */
  readonly onStart: (pid: number) => void;
  /** Interrupts Artillery. It then ends its virtual users, and the engine writes its record. */
  readonly signal: AbortSignal;
}

export interface ArtilleryEnd {
  readonly code: number;
  /**
   * The end of the output, with the ledger's sums. If the disk is full, nothing else is left of the
   * run.
   */
  readonly lastLines: string;
}

/** The number of characters of `lastLines`. */
const KEPT_OUTPUT = 4_000;

/** How long, in ms, Artillery may take to end after an interruption. */
const INTERRUPT_MS = 30_000;

/**
 * Runs Artillery. Its output goes to the log. The engine's line of progress, which is on standard
 * error, is shown.
 */
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
      // Artillery's own tables would disturb the line of progress.
      '--quiet',
      scenarioFile,
      ...(environmentName === undefined ? [] : ['--environment', environmentName]),
      ...(hasVariables ? ['--variables', JSON.stringify(variables)] : []),
      ...(Object.keys(overrides).length > 0 ? ['--overrides', JSON.stringify(overrides)] : []),
    ],
    {
      // So would its spinner, which Artillery shows except on a dumb terminal.
      env: { ...process.env, TERM: 'dumb', ARTILLERY_DISABLE_TELEMETRY: 'true', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
      // Artillery runs in a process group of its own. So a Ctrl-C reaches only the runner, which
      // interrupts Artillery once.
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
    // 'close' is used and not 'exit', since output may still come after 'exit'.
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, lastLines };
  } finally {
    clearTimeout(killer);
    process.off('exit', killWithUs);
    signal.removeEventListener('abort', interrupt);
    log.end();
  }
}
