import { spawnSync } from 'node:child_process';
import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Machine, RunRecord } from '../run-record.ts';
import type { Script } from '../settings/index.ts';

/** Names of variables whose values are secret. */
const secret = /token|secret|password|credential|key/i;

/** Describes the machine that makes the load, with what its process has used so far. */
export function describeMachine(artillery: string): Machine {
  const { user, system } = process.cpuUsage();
  return {
    host: hostname(),
    cpus: cpus().length,
    model: cpus()[0]?.model.trim() ?? '',
    memory: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()} ${release()}`,
    node: process.versions.node,
    artillery,
    cpuMs: Math.round((user + system) / 1000),
    // The value is in KiB, see getrusage(2).
    peakMemory: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/**
 * The commit of the folder that the scenario is in. Undefined if the folder is not in a git
 * repository.
 */
export function findCommit(folder: string): string | undefined {
  const git = (...args: string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const commit = git('rev-parse', 'HEAD');
  const changed = git('status', '--porcelain', '--untracked-files=no');
  return commit && `${commit}${changed ? '-dirty' : ''}`;
}

/** `chunked-broadcast` for `…/chunked-broadcast.yaml`. */
export function scenarioName(path: string): string {
  return basename(path).replace(/\.[^.]+$/, '');
}

/**
 * The command that repeats the run. A program that starts Artillery gives it in LOADTEST_COMMAND.
 */
export function describeCommand(): string {
  const { LOADTEST_COMMAND } = process.env;
  if (LOADTEST_COMMAND !== undefined) return LOADTEST_COMMAND;
  const args = process.argv.slice(2).map((argument) => {
    const text = argument.startsWith('/') ? relative(process.cwd(), argument) : argument;
    return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
  });
  return ['artillery', ...args].join(' ');
}

/** The scenario's variables that are scalars, without secrets. */
export function describeVariables(script: Script): RunRecord['variables'] {
  return Object.fromEntries(
    Object.entries(script.config.variables ?? {}).filter(
      (entry): entry is [string, string | number | boolean] =>
        ['string', 'number', 'boolean'].includes(typeof entry[1]) && !secret.test(entry[0]),
    ),
  );
}

/**
 * The path of the record: LOADTEST_RECORD (`-` is standard output), or else the setting, or else
 * `.local/loadtests` in the current folder.
 */
export function recordPath(scriptPath: string, setting: string | undefined, at: Date): string {
  const { LOADTEST_RECORD } = process.env;
  if (LOADTEST_RECORD !== undefined) {
    return LOADTEST_RECORD === '-' ? '-' : resolve(LOADTEST_RECORD);
  }
  if (setting !== undefined) return resolve(dirname(scriptPath), setting);
  // Two runs may begin in the same second.
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
  return resolve('.local/loadtests', `${scenarioName(scriptPath)}-${time}-${process.pid}.json`);
}

/** A URL without user, password and query. */
export function withoutSecrets(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return '';
  }
}
