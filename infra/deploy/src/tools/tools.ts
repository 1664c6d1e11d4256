import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { DeployError } from '../errors.ts';

export type ToolName = 'aws' | 'sam' | 'docker';

export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  /** The text for the command's standard input, which is empty otherwise. */
  readonly input?: string;
  /** Whether the command's output is also shown while it runs. */
  readonly isShown?: boolean;
  /** Further environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

const SOURCES: Readonly<Record<ToolName, string>> = {
  aws: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  sam: 'https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html',
  docker: 'https://docs.docker.com/engine/install/',
};

/** The command-line tools of a deployment, found on the PATH. */
export class Tools {
  readonly #env: NodeJS.ProcessEnv;
  readonly #region: string;
  readonly #show: (chunk: string) => void;

  /**
   * @param env the environment variables; the tools are found on its PATH
   * @param region the region for each AWS command
   * @param show receives a command's output while it runs
   */
  constructor(env: NodeJS.ProcessEnv, region: string, show: (chunk: string) => void) {
    // A pager would wait for a key, and telemetry is not wanted in a pipeline.
    this.#env = { ...env, AWS_PAGER: '', AWS_REGION: region, SAM_CLI_TELEMETRY: '0' };
    this.#region = region;
    this.#show = show;
  }

  /**
   * Checks that the tools are installed.
   *
   * @throws DeployError that names each missing tool, and where to get it
   */
  require(...names: readonly ToolName[]): void {
    const missing = names.filter((name) => !this.#isInstalled(name));
    if (missing.length === 0) return;
    throw new DeployError(
      missing
        .map((name) => `"${name}" is not on the PATH; install it: ${SOURCES[name]}`)
        .join('\n'),
    );
  }

  /** Runs a tool to its end; the caller checks the exit code. */
  async run(
    name: ToolName,
    args: readonly string[],
    { input, isShown = false, env }: ToolOptions = {},
  ): Promise<ToolResult> {
    const child = spawn(name, args, { env: { ...this.#env, ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      if (isShown) this.#show(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
      if (isShown) this.#show(chunk);
    });
    // A command that ends without reading its input breaks the pipe, which is not an error.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        resolve(status ?? 1);
      });
    });
    return { code, stdout, stderr };
  }

  /** Runs the AWS CLI in the environment's region. */
  aws(...args: readonly string[]): Promise<ToolResult> {
    return this.run('aws', [...args, '--region', this.#region]);
  }

  /**
   * Runs the AWS CLI and returns what it prints as JSON; `undefined` when it prints nothing.
   *
   * @param purpose what the command is for, for the error
   * @throws DeployError with what the CLI said
   */
  async awsJson(purpose: string, ...args: readonly string[]): Promise<unknown> {
    const result = await this.aws(...args, '--output', 'json');
    if (result.code !== 0) throw toolError(purpose, 'aws', args, result);
    return result.stdout.trim() === '' ? undefined : JSON.parse(result.stdout);
  }

  #isInstalled(name: string): boolean {
    return (this.#env.PATH ?? '').split(delimiter).some((folder) => {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return folder !== '';
      } catch {
        return false;
      }
    });
  }
}

/** An error with the purpose of a command, the command, and its output. */
export function toolError(
  purpose: string,
  name: ToolName,
  args: readonly string[],
  { code, stdout, stderr }: ToolResult,
): DeployError {
  const said = stderr.trim() || stdout.trim() || '(no output)';
  return new DeployError(
    `${purpose} failed: \`${name} ${args.slice(0, 2).join(' ')}\` ended with ${code}:\n${said}`,
  );
}
