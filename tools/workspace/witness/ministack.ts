import { freePort } from '@blogapp/sam-offline/services';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Packages from PyPI, all under permissive licences. They are installed once, into `.venv/witness`.
 */
const REQUIREMENTS = ['ministack[full]==1.5.33', 'boto3==1.43.106', 'pyyaml==6.0.4'];
/** The AWS CLI and the SAM CLI, each in an environment of its own: their dependencies exclude each other. */
const CLIS = { aws: 'awscli==1.46.3', sam: 'aws-sam-cli==1.170.0' } as const;
const REGION = 'ap-northeast-1';
const STARTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 5_000;

/** An emulator that listens on this machine. */
export interface MiniStack {
  readonly endpoint: string;
  /** Ends it, and the functions that it has started. */
  stop(): Promise<void>;
}

/**
 * Installs the emulator if it is not installed yet.
 *
 * @returns the folder of its programs
 * @throws Error if Python or the package registry is missing
 */
export function installMiniStack(root: string): string {
  return install(join(root, '.venv/witness'), REQUIREMENTS);
}

/**
 * Installs the AWS CLI and the SAM CLI where they are not there yet.
 *
 * @returns the folders of their programs
 * @throws Error when Python or the package registry is missing
 */
export function installClis(root: string): readonly string[] {
  return Object.entries(CLIS).map(([name, requirement]) =>
    install(join(root, '.venv/witness-clis', name), [requirement]),
  );
}

function install(venv: string, requirements: readonly string[]): string {
  const stamp = join(venv, '.requirements');
  const wanted = requirements.join(' ');
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : '';
  if (installed !== wanted) {
    run('python3', ['-m', 'venv', venv]);
    const pip = ['install', '--quiet', '--disable-pip-version-check', ...requirements];
    run(join(venv, 'bin/pip'), pip);
    writeFileSync(stamp, `${wanted}\n`);
  }
  return join(venv, 'bin');
}

/**
 * Starts the emulator on a free port.
 *
 * @param enforcesIam whether it verifies signatures and evaluates policies
 * @throws Error with the end of its log if it ends, or does not listen within a minute
 */
export async function startMiniStack(
  programs: string,
  root: string,
  logFile: string,
  enforcesIam: boolean,
): Promise<MiniStack> {
  const port = await freePort();
  const log = openSync(logFile, 'w');
  const child = spawn(join(programs, 'ministack'), {
    // It runs in a process group of its own, so that the functions which it leaves running end with
    // it.
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: REGION,
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      AUTH: String(enforcesIam),
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
    },
  });
  const stop = async (): Promise<void> => {
    await end(child);
  };
  const endWithUs = (): void => {
    killGroup(child, 'SIGKILL');
  };
  process.once('exit', endWithUs);
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (!(await isHealthy(endpoint))) {
    if (hasEnded(child) || Date.now() > deadline) {
      await stop();
      throw new Error(`MiniStack does not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await delay(200);
  }
  return { endpoint, stop };
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}

/** Its own shutdown waits for open connections. After a moment, the rest is killed. */
async function end(child: ChildProcess): Promise<void> {
  killGroup(child, 'SIGTERM');
  const deadline = Date.now() + STOPS_WITHIN_MS;
  while (!hasEnded(child) && Date.now() < deadline) await delay(50);
  killGroup(child, 'SIGKILL');
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group has ended.
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/**
 * Runs a program.
 *
 * @throws Error if it fails
 */
export function run(program: string, args: readonly string[], env = process.env): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(status)}`);
}
