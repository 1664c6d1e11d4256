export type Line = Readonly<Record<string, unknown>>;

/** Collects the JSON lines for standard output and error, instead of printing them. */
export class CapturedOutput {
  readonly text: string[] = [];
  readonly #spies: jest.SpyInstance[];

  constructor() {
    this.#spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        this.text.push(String(chunk));
        return true;
      }),
    );
  }

  /** Every line, parsed. Throws on a line that is not JSON: CloudWatch could not search it. */
  lines(): Line[] {
    return this.text
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  }

  logs(): Line[] {
    return this.lines().filter((line) => 'level' in line);
  }

  /** The EMF lines that have the metric. */
  metrics(name: string): Line[] {
    return this.lines().filter((line) => '_aws' in line && name in line);
  }

  restore(): void {
    for (const spy of this.#spies) spy.mockRestore();
  }
}
