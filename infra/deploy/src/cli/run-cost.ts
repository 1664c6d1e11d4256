import { parseArgs } from 'node:util';
import { costReport, type Load } from '../cost/index.ts';

const USAGE = `nx run infra:cost -- [--readers 1000] [--comments-per-minute 30] [--readers-per-post 100] [--session-minutes 30]
Without options: a thousand, a hundred thousand and a million readers.`;

const DEFAULTS = {
  readers: 1_000,
  'comments-per-minute': 30,
  'readers-per-post': 100,
  'session-minutes': 30,
};

/**
 * Loads of a thousand, a hundred thousand and a million readers, with the same number of comments
 * for each reader.
 */
const SIZES = [1, 100, 1_000].map((times) => ({
  ...DEFAULTS,
  readers: DEFAULTS.readers * times,
  'comments-per-minute': DEFAULTS['comments-per-minute'] * times,
}));

/**
 * Prints the estimate of a load, or of three sizes.
 *
 * @param template the text of the stack's template
 * @returns the exit code: 0, or 2 when the arguments are wrong
 */
export function runCost(
  args: readonly string[],
  template: string,
  write: (text: string) => void,
): number {
  let values: Partial<Record<keyof typeof DEFAULTS | 'help', string | boolean>>;
  try {
    const number = { type: 'string' } as const;
    ({ values } = parseArgs({
      args: [...args],
      options: {
        readers: number,
        'comments-per-minute': number,
        'readers-per-post': number,
        'session-minutes': number,
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  if (values.help === true) {
    write(`${USAGE}\n`);
    return 0;
  }
  const given: Record<keyof typeof DEFAULTS, number> = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    if (values[name] === undefined) continue;
    given[name] = Number(values[name]);
    if (!(given[name] > 0 && Number.isFinite(given[name]))) {
      write(`--${name} takes a number over 0, not "${String(values[name])}"\n`);
      return 2;
    }
  }
  const loads = (args.length === 0 ? SIZES : [given]).map((size): Load => ({
    readers: size.readers,
    commentsPerMinute: size['comments-per-minute'],
    readersPerPost: size['readers-per-post'],
    sessionMinutes: size['session-minutes'],
  }));
  write(`${costReport(loads, template)}\n`);
  return 0;
}
