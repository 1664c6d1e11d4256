/**
 * What the page shows, worked out already: `html.ts` writes the texts and tables, and the page's
 * script draws the charts from the same object.
 */
export interface ReportView {
  readonly title: string;
  /** What the scenario shows, in a sentence or two. */
  readonly description: string;
  readonly verdict: { readonly tone: Tone; readonly text: string };
  /** Said at the top, each as a sentence: the run was interrupted, a figure is missing … */
  readonly warnings: readonly string[];
  /** The few figures to look at first. */
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
  /** Used as the anchor. */
  readonly id: string;
  readonly title: string;
  /** How to read it: one or two sentences. */
  readonly help: string;
  /** Said in the place of what could not be had. */
  readonly missing?: string;
  readonly charts: readonly ChartView[];
  readonly tables: readonly TableView[];
}

export interface TableView {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The columns, from 0, whose values are numbers and stand at the right. */
  readonly numeric: readonly number[];
}

/** A text, or one that is coloured by what it means. */
export type Cell = string | { readonly text: string; readonly tone: Tone };
export type Tone = 'good' | 'bad' | 'quiet' | 'code';

export type ChartView = LineChartView | HeatMapView;

interface ChartFrame {
  readonly title: string;
  /** How to read it, in a sentence. */
  readonly help: string;
  /** `ms`, `/s`, `connections` …; `%` values are 0 to 100. */
  readonly unit: string;
  /** The axis of time, the same in all charts: seconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Lines over time, which share one axis of values. */
export interface LineChartView extends ChartFrame {
  readonly kind: 'lines';
  /** `ramp`: the series are ordered, such as percentiles; `distinct`: they are not. */
  readonly palette: 'ramp' | 'distinct';
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly {
    readonly label: string;
    /** As many as there are times; null where nothing was measured. */
    readonly values: readonly (number | null)[];
  }[];
  readonly scale: 'linear' | 'logarithmic';
}

/** How often each value came, by window of time and range of values. */
export interface HeatMapView extends ChartFrame {
  readonly kind: 'heat';
  /** Edges of the windows, in seconds since the epoch: one more than there are windows. */
  readonly times: readonly number[];
  /** Edges of the ranges, ascending and above 0: one more than there are ranges. */
  readonly edges: readonly number[];
  /** By window, then by range. */
  readonly counts: readonly (readonly number[])[];
}
