/**
 * The order in which a stack's parts end: first the endpoints, while there is still everything that the
 * last invocations (`$disconnect` of each open connection) need; then those that invoke by
 * themselves, the functions, and what they call.
 */
const ORDER = [
  'waitingInvocations',
  'console',
  'data',
  'outputs',
  'watching',
  'alarms',
  'webSockets',
  'http',
  'eventSources',
  'services',
  'lambda',
  'code',
  'awsHosts',
  'awsEndpoint',
  'stores',
  'xray',
  'insights',
] as const;

/** Ends what was started, whatever order it was started in. */
export class Shutdown {
  readonly #steps = new Map<(typeof ORDER)[number], () => Promise<void> | void>();

  add(part: (typeof ORDER)[number], close: () => Promise<void> | void): void {
    this.#steps.set(part, close);
  }

  /**
   * Ends every part, also when one of them fails to.
   *
   * @throws the first failure, after the rest has ended
   */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const part of ORDER) {
      try {
        await this.#steps.get(part)?.();
      } catch (error) {
        failures.push(error);
      }
    }
    this.#steps.clear();
    if (failures.length > 0) throw failures[0];
  }
}
