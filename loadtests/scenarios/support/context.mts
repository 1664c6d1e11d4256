/** A virtual user's context, as the engine passes it to functions of a processor. */
export interface Context {
  readonly vars: Record<string, unknown>;
  /** The measurements of this worker, see `loadtests/engine/src/worker.ts`. */
  readonly measured: {
    now(): number;
    quantile(metric: 'delivery' | 'publish' | 'stall', q: number, from: number): number;
    total(counter: 'received' | 'missed' | 'published'): number;
    errors(): number;
    pending(): number;
  };
}

/**
 * Reads a number from the scenario's variables.
 *
 * @throws Error if the variable is not a number
 */
export function numberOf({ vars }: Context, name: string): number {
  const value = Number(vars[name]);
  if (Number.isNaN(value)) {
    throw new Error(`the variable "${name}" is ${JSON.stringify(vars[name])}: expected a number`);
  }
  return value;
}
