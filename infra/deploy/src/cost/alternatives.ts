import { LIST_PRICES } from '@blogapp/aws-prices';
import type { Month } from './usage.ts';

const MILLION = 1_000_000;
const DAYS_A_MONTH = 365 / 12;

export interface Alternative {
  readonly name: string;
  /** The cost in US dollars a month; `undefined` when no listed plan is large enough. */
  readonly usd: number | undefined;
}

/**
 * The cost of delivering a month's events with services that do the fan-out themselves: pushes,
 * publishes and connections, without the REST API, the tables and observing.
 */
export function alternatives(month: Month, readers: number, events: number): Alternative[] {
  const { metered, plans } = LIST_PRICES.alternatives;
  const messages = month.pushes + events;
  const byUse = Object.entries(metered).map(([name, price]) => ({
    name,
    usd:
      price.monthUsd +
      ((messages + month.connections * price.messagesPerConnection) * price.messageUsdPerMillion +
        month.connectionMinutes * price.connectionMinuteUsdPerMillion +
        month.channelMinutes * price.channelMinuteUsdPerMillion) /
        MILLION,
  }));
  const byPlan = Object.entries(plans).map(([name, { plans: all }]) => ({
    name,
    usd: all.find(
      ({ connections, messagesPerDay }) =>
        connections >= readers && messagesPerDay >= messages / DAYS_A_MONTH,
    )?.usd,
  }));
  return [...byUse, ...byPlan];
}
