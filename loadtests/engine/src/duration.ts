const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads a duration of a scenario: a number of seconds, or `250ms`, `30s`, `1.5m`, `1h`.
 *
 * @param where the place of the duration in the scenario, for the error's text
 * @returns ms
 * @throws Error if the value has another form
 */
export function parseDuration(value: unknown, where: string): number {
  const [, number, unit = 's'] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h)?\s*$/.exec(String(value)) ?? [];
  if ((typeof value === 'number' || typeof value === 'string') && number !== undefined) {
    return Number(number) * (units[unit] ?? 1000);
  }
  throw new Error(
    `${where} is ${JSON.stringify(value)}: write seconds as a number, or a text such as "250ms", "30s" or "2m"`,
  );
}
