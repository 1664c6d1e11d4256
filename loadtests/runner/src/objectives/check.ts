import { formatFigure } from '../figures/index.ts';
import type { LoadRecord } from '../record/index.ts';
import type { Objective } from './parse.ts';

export interface Verdict extends Objective {
  /** Undefined if the run does not have the figure. Then the objective is missed. */
  readonly actual: number | undefined;
  readonly met: boolean;
  /** A sentence for the terminal: the measured value, and the expected one. */
  readonly text: string;
}

/** Compares a run with each of its objectives. */
export function checkObjectives(
  record: LoadRecord,
  objectives: readonly Objective[],
): readonly Verdict[] {
  return objectives.map(({ figure, limit }) => {
    const actual = figure.read(record);
    const met =
      actual !== undefined && (figure.better === 'lower' ? actual <= limit : actual >= limit);
    const found = actual === undefined ? 'was not measured' : `is ${formatFigure(figure, actual)}`;
    const bound = figure.better === 'lower' ? 'at most' : 'at least';
    return {
      ...{ figure, limit, actual, met },
      text: `${figure.label} (${figure.key}) ${found}; ${bound} ${formatFigure(figure, limit)} was expected`,
    };
  });
}
