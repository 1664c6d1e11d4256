import { relative } from 'node:path';
import { UserError } from '../sam-offline-error.ts';

/** A problem of a template. */
export interface TemplateProblem {
  /** The absolute path of the file. */
  readonly file: string;
  /**
   * The line, counted from 1; absent if the problem is not in the file (a missing file, a parameter
   * override).
   */
  readonly line?: number;
  readonly column?: number;
  /** The logical id of the resource. */
  readonly resource?: string;
  /** The property: `MemorySize`, `Events.Stream.Properties.BatchSize` … */
  readonly property?: string;
  /**
   * The path: `Resources.Connect.Properties.MemorySize`. It is empty if the problem is about the
   * whole template.
   */
  readonly path: string;
  /** A sentence that says what was expected and what was found. */
  readonly message: string;
}

/** A template cannot be run. The error has all problems, not only the first one. */
export class TemplateError extends UserError {
  override readonly name = 'TemplateError';
  readonly problems: readonly TemplateProblem[];

  constructor(problems: readonly TemplateProblem[]) {
    super(formatProblems(problems));
    this.problems = problems;
  }
}

/**
 * Writes a problem in one line: `template.yaml:41:7 Resources.Connect.Properties.MemorySize:
 * expected …`
 */
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

/**
 * Gives a path for messages. It is relative to the working directory for files in it, so that a
 * terminal can open it.
 */
function displayPath(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere.startsWith('..') || fromHere === '' ? file : fromHere;
}
