import type { Sample } from './report.ts';

/** One of the variants that a bench compares. */
export interface Variant {
  readonly name: string;
  /** Measures once, from a fresh start, and leaves nothing running. */
  measure(round: number): Promise<Sample>;
}

/**
 * Measures the variants in turn, round after round, so that other load on the machine affects all
 * of them alike. Each round starts with another variant, so that none always runs first.
 *
 * @returns each variant's samples, one a round
 */
export async function takeTurns(
  variants: readonly Variant[],
  rounds: number,
  onProgress: (text: string) => void = print,
): Promise<Map<string, Sample[]>> {
  const samples = new Map(variants.map(({ name }): [string, Sample[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of rotate(variants, round)) {
      onProgress(`round ${round + 1}/${rounds}: ${variant.name}`);
      samples.get(variant.name)?.push(await variant.measure(round));
    }
  }
  return samples;
}

function print(text: string): void {
  console.log(text);
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = by % Math.max(items.length, 1);
  return [...items.slice(start), ...items.slice(0, start)];
}
