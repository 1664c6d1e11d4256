import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ToolName } from '../tools/index.ts';

/** The output and exit code of a stand-in for calls that begin with `call`. */
export interface ToolResult {
  /** The call's beginning: the tool and its arguments, separated by spaces. */
  readonly call: string;
  readonly stdout?: string;
  readonly stderr?: string;
  /** The exit code; 0 by default. */
  readonly code?: number;
  /**
   * A regular expression of `grep`, or several: the result is used only after calls that begin with
   * each of them.
   */
  readonly after?: string | readonly string[];
}

/**
 * Programs called `aws`, `sam` and `docker`, which are put first on the PATH. They record their
 * calls, and print the results that a test defines. A call without a result fails.
 */
export class StandIns {
  readonly folder = mkdtempSync(join(tmpdir(), 'stand-ins-'));
  readonly #record = join(this.folder, 'calls');
  readonly #missing: readonly ToolName[];

  /** @param missing tools that are not installed */
  constructor(results: readonly ToolResult[], missing: readonly ToolName[] = []) {
    this.#missing = missing;
    mkdirSync(join(this.folder, 'bin'));
    writeFileSync(this.#record, '');
    for (const name of ['aws', 'sam', 'docker'] as const) {
      if (missing.includes(name)) continue;
      writeFileSync(join(this.folder, 'bin', name), this.#script(name, results), { mode: 0o755 });
    }
  }

  /** Adds another program, which records its calls and then runs a line of shell. */
  addProgram(name: string, line: string): void {
    const record = `printf '%s\\n' "${name} $*" >> ${quote(this.#record)}`;
    const script = ['#!/bin/sh', record, line].join('\n');
    writeFileSync(join(this.folder, 'bin', name), script, { mode: 0o755 });
  }

  /** The environment variables with which a program finds the stand-ins, and not the real tools. */
  get env(): NodeJS.ProcessEnv {
    const bin = join(this.folder, 'bin');
    const others = (process.env.PATH ?? '').split(delimiter);
    const rest = others.filter(
      (path) => !this.#missing.some((name) => existsSync(join(path, name))),
    );
    return { ...process.env, PATH: [bin, ...rest].join(delimiter) };
  }

  /** The calls so far in order, each as one line. */
  calls(): readonly string[] {
    return readFileSync(this.#record, 'utf8').split('\n').slice(0, -1);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** The text of a stand-in. It is a shell script, which starts in a tenth of the time of Node. */
  #script(name: ToolName, results: readonly ToolResult[]): string {
    const record = quote(this.#record);
    const lines = results
      .filter(({ call }) => call.startsWith(`${name} `))
      .flatMap(({ call, stdout, stderr, code = 0, after }) => [
        `case "$call" in ${quote(call)}*)`,
        ...(after === undefined ? [] : [`if ${wasMade(after, record)}; then`]),
        ...(stdout === undefined ? [] : [`printf '%s\\n' ${quote(stdout)}`]),
        ...(stderr === undefined ? [] : [`printf '%s\\n' ${quote(stderr)} >&2`]),
        `exit ${code}`,
        ...(after === undefined ? [] : ['fi']),
        ';; esac',
      ]);
    return [
      '#!/bin/sh',
      `call="${name} $*"`,
      // A password on standard input is part of the recorded call.
      `case "$call" in *--password-stdin*) call="$call < $(cat)" ;; esac`,
      // So is the time that a build gives to files: it is recorded too.
      `case "$call" in 'docker buildx build'*) call="$call, SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" ;; esac`,
      `printf '%s\\n' "$call" >> ${record}`,
      ...lines,
      `echo "the stand-in has no result for: $call" >&2`,
      'exit 99',
    ].join('\n');
  }
}

/** A condition in the shell that is true when the calls were made. */
function wasMade(calls: string | readonly string[], record: string): string {
  return [calls]
    .flat()
    .map((call) => `grep -q -e ${quote(`^${call}`)} ${record}`)
    .join(' && ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
