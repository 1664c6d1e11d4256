import type { FunctionCall } from './expression.ts';
import type { MathValue, TimeSeries } from './values.ts';

/** The values that an expression can refer to while it is evaluated. */
export interface MathContext {
  /**
   * Looks up a metric or an expression.
   *
   * @throws MetricMathError if there is no such id
   */
  readonly resolve: (id: string) => MathValue;
  /** Every metric of the request by its id, without the expressions. */
  readonly metrics: readonly { readonly id: string; readonly series: TimeSeries }[];
  /** The results of `SEARCH`, which are looked up before the evaluation. */
  readonly searched: ReadonlyMap<FunctionCall, readonly TimeSeries[]>;
  readonly periodSeconds: number;
  /** The starts of all periods of the time range that have begun, in ms since 1970. */
  readonly times: (periodSeconds: number) => number[];
}
