import type { FunctionLogging } from '../template/index.ts';

/** From the least on: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/**
 * Whether a line that a function wrote is of a level or above. A line that is no object with a level is
 * of the level INFO.
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
