import { relative } from 'node:path';
import { UserError } from '../sam-offline-error.ts';

/** One thing that is wrong with a template. */
export interface TemplateProblem {
  /** Absolute path. */
  readonly file: string;
  /** Counted from 1; absent where the template says nothing (a missing file, an override). */
  readonly line?: number;
  readonly column?: number;
  /** Logical id. */
  readonly resource?: string;
  /** `MemorySize`, `Events.Stream.Properties.BatchSize` … */
  readonly property?: string;
  /** `Resources.Connect.Properties.MemorySize`; empty for the template as a whole. */
  readonly path: string;
  /** What was expected, and what was found. */
  readonly message: string;
}

/** A template that cannot be run; it carries everything that was found wrong, not just the first. */
export class TemplateError extends UserError {
  override readonly name = 'TemplateError';
  readonly problems: readonly TemplateProblem[];

  constructor(problems: readonly TemplateProblem[]) {
    super(formatProblems(problems));
    this.problems = problems;
  }
}

/** `template.yaml:41:7 Resources.Connect.Properties.MemorySize: expected …` */
export function formatProblem(problem: TemplateProblem): string {
  const place = [displayPath(problem.file), problem.line, problem.column]
    .filter((part) => part !== undefined)
    .join(':');
  return problem.path === ''
    ? `${place}: ${problem.message}`
    : `${place} ${problem.path}: ${problem.message}`;
}

function formatProblems(problems: readonly TemplateProblem[]): string {
  const lines = problems.map(formatProblem);
  if (lines.length <= 1) return lines.join('');
  return `${lines.length} problems:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Relative to the working directory for files below it, so that a terminal can open it. */
function displayPath(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere.startsWith('..') || fromHere === '' ? file : fromHere;
}
