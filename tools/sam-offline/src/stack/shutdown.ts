/**
 * The order in which a stack's parts end. First the endpoints end, while everything that the last
 * invocations need (`$disconnect` of each open connection) still runs. Then the parts end that
 * invoke functions by themselves, then the functions, and then the services that functions call.
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

/** Ends the parts of a stack in `ORDER`, whatever the order in which they were started. */
export class Shutdown {
  readonly #steps = new Map<(typeof ORDER)[number], () => Promise<void> | void>();

  add(part: (typeof ORDER)[number], close: () => Promise<void> | void): void {
    this.#steps.set(part, close);
  }

  /**
   * Ends every part, even if one of them fails to end.
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
