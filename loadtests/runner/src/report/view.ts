/**
 * The content of the page, already computed. `html.ts` writes the texts and tables, and the page's
 * script draws the charts from the same object.
 */
export interface ReportView {
  readonly title: string;
  /** What the scenario shows, in one or two sentences. */
  readonly description: string;
  readonly verdict: { readonly tone: Tone; readonly text: string };
  /** Warnings at the top, each as a sentence: the run was interrupted, a figure is missing … */
  readonly warnings: readonly string[];
  /** The most important figures. */
  readonly headlines: readonly Headline[];
  readonly sections: readonly Section[];
}

export interface Headline {
  readonly label: string;
  readonly value: string;
  /** A second line in small letters. */
  readonly note?: string;
  readonly bad?: boolean;
}

export interface Section {
  /** The id of the section, which links use. */
  readonly id: string;
  readonly title: string;
  /** How to read the section, in one or two sentences. */
  readonly help: string;
  /** The text in the place of content that is missing. */
  readonly missing?: string;
  readonly charts: readonly ChartView[];
  readonly tables: readonly TableView[];
}

export interface TableView {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The columns, from 0, whose values are numbers. They are right-aligned. */
  readonly numeric: readonly number[];
}

/** A text, or a text with a colour for its meaning. */
export type Cell = string | { readonly text: string; readonly tone: Tone };
export type Tone = 'good' | 'bad' | 'quiet' | 'code';

export type ChartView = LineChartView | HeatMapView;

interface ChartFrame {
  readonly title: string;
  /** How to read the chart, in a sentence. */
  readonly help: string;
  /** The unit: `ms`, `/s`, `connections` … Values in `%` are from 0 to 100. */
  readonly unit: string;
  /** The time axis, which is the same in all charts, in seconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Lines over time, which share one axis of values. */
export interface LineChartView extends ChartFrame {
  readonly kind: 'lines';
  /** `ramp`: the series are ordered, such as percentiles. `distinct`: they are not. */
  readonly palette: 'ramp' | 'distinct';
  /** The times, in seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly {
    readonly label: string;
    /** As many values as there are times. Null if nothing was measured. */
    readonly values: readonly (number | null)[];
  }[];
  readonly scale: 'linear' | 'logarithmic';
}

/** How often each value occurred, by window of time and range of values. */
export interface HeatMapView extends ChartFrame {
  readonly kind: 'heat';
  /**
   * The edges of the windows, in seconds since the epoch. There is one more than there are windows.
   */
  readonly times: readonly number[];
  /** The edges of the ranges, ascending and above 0. There is one more than there are ranges. */
  readonly edges: readonly number[];
  /** The counts, by window and then by range. */
  readonly counts: readonly (readonly number[])[];
}
