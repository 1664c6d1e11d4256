import { readFile } from 'node:fs/promises';
import { costOf, LIST_PRICES, totalOf } from '@blogapp/aws-prices';
import { parse } from 'yaml';
import { formatNumber } from '../figures/index.ts';
import { messageOf } from '../text/index.ts';
import { estimateLoad } from './load.ts';
import { UnknownValueError, type Values } from './templates.ts';
import { usageOf } from './usage.ts';

/**
 * Describes what a run will cost on AWS in one or two lines, before it starts.
 *
 * @param values variables that were set for the run
 */
export async function describeCost(
  scenario: { readonly name: string; readonly file: string },
  values: Values,
): Promise<string> {
  const { lookedUp, region } = LIST_PRICES;
  try {
    const load = estimateLoad(parse(await readFile(scenario.file, 'utf8')), values);
    const costs = costOf(usageOf(load));
    const parts = Object.entries(costs)
      .filter(([, cost]) => cost > 0)
      .toSorted(([, a], [, b]) => b - a)
      .map(([service, cost]) => `${service} ${dollars(cost)}`);
    const round = (value: number): string => formatNumber(Math.ceil(value));
    return [
      `this run costs at most about ${dollars(totalOf(costs))} on AWS: ${parts.join(', ')}`,
      `(${round(load.connections)} connections for ${round(load.connectionMinutes)} minutes in all, ${round(load.requests)} requests, ${round(load.publishes)} messages to ${round(load.readers)} readers; list prices of ${region}, ${lookedUp}, free tiers left out: libs/aws-prices)`,
    ].join('\n');
  } catch (error) {
    const because =
      error instanceof UnknownValueError
        ? `${scenario.name} depends on ${error.message}, which only the run knows`
        : `${scenario.file} cannot be read: ${messageOf(error)}`;
    return `the cost of this run on AWS is not known: ${because}`;
  }
}

/** An amount in dollars, with cents, or with more digits if the amount is small. */
function dollars(amount: number): string {
  return amount >= 0.1 ? `$${amount.toFixed(2)}` : `$${Number(amount.toPrecision(2))}`;
}
