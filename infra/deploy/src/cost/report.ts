import { costOf, LIST_PRICES, totalOf, type Usage } from '@blogapp/aws-prices';
import { alternatives } from './alternatives.ts';
import { monthOf, type Load } from './usage.ts';

/** The default quota of an account for pushes a second. */
const PUSH_QUOTA = 10_000;
/** The default quota of an account for new connections a second. */
const CONNECT_QUOTA = 500;
const SECONDS_A_MONTH = 43_800 * 60;
const EVENTS_PER_COMMENT = 2;

const dollars = (usd: number): string =>
  usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = (count: number): string => Math.round(count).toLocaleString('en-US');

/** The part of the cost that is comparable with a service that does the fan-out itself. */
function deliveryOf({
  webSocketMessage = 0,
  webSocketConnectionMinute = 0,
  gigabyteSecond = 0,
  readUnit = 0,
}: Usage): Usage {
  return { webSocketMessage, webSocketConnectionMinute, gigabyteSecond, readUnit };
}

/**
 * The monthly estimate of some loads, side by side, as a Markdown table: by service, then the list
 * prices of other services for the delivery alone.
 *
 * @param template the text of the stack's template
 */
export function costReport(loads: readonly Load[], template: string): string {
  const months = loads.map((load) => monthOf(load, template));
  const costs = months.map(({ usage }) => costOf(usage));
  const services = [...new Set(costs.flatMap((cost) => Object.keys(cost)))];
  const others = months.map((month, index) => {
    const { readers = 0, commentsPerMinute = 0 } = loads[index] ?? {};
    return alternatives(month, readers, commentsPerMinute * 43_800 * EVENTS_PER_COMMENT);
  });
  const rows: (readonly string[])[] = [
    ['US dollars a month', ...loads.map(({ readers }) => `${whole(readers)} readers`)],
    ['---', ...loads.map(() => '---:')],
    ['comments a minute', ...loads.map(({ commentsPerMinute }) => whole(commentsPerMinute))],
    ['readers of a post', ...loads.map(({ readersPerPost }) => whole(readersPerPost))],
    ['million pushes', ...months.map(({ pushes }) => whole(pushes / 1_000_000))],
    ...services.map((service) => [service, ...costs.map((cost) => dollars(cost[service] ?? 0))]),
    ['**all**', ...costs.map((cost) => `**${dollars(totalOf(cost))}**`)],
    ['of it delivery', ...months.map(({ usage }) => dollars(totalOf(costOf(deliveryOf(usage)))))],
    ...(others[0] ?? []).map(({ name }, index) => [
      `delivery with ${name}`,
      ...others.map((all) => {
        const usd = all[index]?.usd;
        return usd === undefined ? 'over its listed plans' : dollars(usd);
      }),
    ]),
  ];
  const { region, lookedUp } = LIST_PRICES;
  const notes = months.flatMap(({ pushesPerSecond, connections }, index) => {
    const name = `${whole(loads[index]?.readers ?? 0)} readers`;
    const perSecond = connections / SECONDS_A_MONTH;
    return [
      ...(pushesPerSecond > PUSH_QUOTA
        ? [
            `${name}: ${whole(pushesPerSecond)} pushes a second on average; the quota is ${whole(PUSH_QUOTA)}.`,
          ]
        : []),
      ...(perSecond > CONNECT_QUOTA
        ? [
            `${name}: ${whole(perSecond)} new connections a second on average; the quota is ${CONNECT_QUOTA}.`,
          ]
        : []),
    ];
  });
  return [
    `List prices of ${region}, ${lookedUp} (\`libs/aws-prices/src/prices.json\`), first tiers, without free tiers.`,
    '',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}
