/** A virtual user's context, as the engine hands it to functions of a processor. */
export interface Context {
  readonly vars: Record<string, unknown>;
  /** What this worker measured; see `loadtests/engine/src/worker.ts`. */
  readonly measured: {
    now(): number;
    quantile(metric: 'delivery' | 'publish' | 'stall', q: number, from: number): number;
    total(counter: 'received' | 'missed' | 'published'): number;
    errors(): number;
    pending(): number;
  };
}

/** A number among the scenario's variables. */
export function numberOf({ vars }: Context, name: string): number {
  const value = Number(vars[name]);
  if (Number.isNaN(value)) {
    throw new Error(
      `the variable "${name}" is ${JSON.stringify(vars[name])}: a number was expected`,
    );
  }
  return value;
}
