import type { ChildProcess } from 'node:child_process';

/** How often changed code is written at most. */
const DEPLOYMENTS = 3;

/**
 * Writes code until it is served: on a busy machine, an init may take longer than Lambda allows,
 * and then the earlier code keeps serving.
 *
 * @param write gets a comment to add, since writing the same code again would not be a change
 */
export async function served(output: ProgramOutput, write: (mark: string) => void): Promise<void> {
  for (let attempt = 1; attempt <= DEPLOYMENTS; attempt += 1) {
    const outcome = output.next(
      /\breloaded \w|does not start, so the earlier code continues to serve/,
    );
    write(`\n// attempt ${attempt}\n`);
    if ((await outcome).startsWith('reloaded')) return;
  }
  throw new Error(`changed code did not start in ${DEPLOYMENTS} attempts`);
}

/** Collects what a program prints. */
export class ProgramOutput {
  readonly #child: ChildProcess;
  #text = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#text += chunk.toString();
      });
    }
  }

  /**
   * Waits until it prints a match of the pattern, from now on.
   *
   * @returns the match
   * @throws Error with everything that it printed, when it ends before
   */
  async next(pattern: RegExp): Promise<string> {
    const from = this.#text.length;
    return new Promise((done, failed) => {
      const read = (): void => {
        const [found] = pattern.exec(this.#text.slice(from)) ?? [];
        if (found !== undefined) done(found);
      };
      this.#child.stdout?.on('data', read);
      this.#child.once('error', failed);
      this.#child.once('exit', (code) => {
        failed(
          new Error(`sam-offline ended with ${String(code)} before ${pattern}:\n${this.#text}`),
        );
      });
    });
  }
}
