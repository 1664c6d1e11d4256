import type { FunctionLogging } from '../template/index.ts';

/**
 * The levels from the lowest to the highest:
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/**
 * Tells whether a line that a function wrote has at least a level. A line that is not a JSON object
 * with a level has the level INFO.
 */
export function isAtLeast(line: string, level: FunctionLogging['applicationLevel']): boolean {
  return LEVELS.indexOf(levelOf(line)) >= LEVELS.indexOf(level);
}

function levelOf(line: string): string {
  if (!line.trimStart().startsWith('{')) return 'INFO';
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('level' in entry)) return 'INFO';
    const level = String(entry.level).toUpperCase();
    return LEVELS.includes(level) ? level : 'INFO';
  } catch {
    return 'INFO';
  }
}
