import type { FunctionCall } from './expression.ts';
import type { MathValue, TimeSeries } from './values.ts';

/** What an expression can refer to while it is evaluated. */
export interface MathContext {
  /** @throws MetricMathError where there is no such id */
  readonly resolve: (id: string) => MathValue;
  /** Every metric of the request, without expressions, by its id. */
  readonly metrics: readonly { readonly id: string; readonly series: TimeSeries }[];
  /** What `SEARCH` found, which was looked up before. */
  readonly searched: ReadonlyMap<FunctionCall, readonly TimeSeries[]>;
  readonly periodSeconds: number;
  /** Starts of all periods of the time range that have begun, in ms since 1970. */
  readonly times: (periodSeconds: number) => number[];
}
