import { functionOfLogGroup } from '../../ids/index.ts';
import type { LogEntry, LogPage, LogQuery } from '../queries.ts';
import type { EventStore } from '../store/index.ts';
import { LOGGED_EVENTS, logEntriesOf } from './log-entries.ts';

const DEFAULT_LIMIT = 10_000;
/** More than the number of lines that a fact has. */
const LINES_OF_A_FACT = 16;

/** The log entries, in the order in which they were received. */
export async function queryLogs(store: EventStore, query: LogQuery): Promise<LogPage> {
  const { afterId, newestFirst = false, limit = DEFAULT_LIMIT } = query;
  const found: LogEntry[] = [];
  let hasMore = false;
  const events = store.read({
    types: LOGGED_EVENTS,
    startMs: query.startMs,
    endMs: query.endMs,
    contains: textOfGroup(query.logGroup),
    ...(afterId !== undefined && !newestFirst && { afterId: afterId - LINES_OF_A_FACT }),
  });
  reading: for await (const { id, event } of events) {
    for (const entry of logEntriesOf(event, id)) {
      if (afterId !== undefined && (newestFirst ? entry.id >= afterId : entry.id <= afterId)) {
        if (newestFirst) break reading;
        continue;
      }
      if (!admits(query, entry)) continue;
      if (found.length === limit) {
        hasMore = true;
        if (!newestFirst) break reading;
        found.shift();
      }
      found.push(entry);
    }
  }
  if (newestFirst) found.reverse();
  const last = found.at(-1);
  return { entries: found, ...(hasMore && last !== undefined && { nextId: last.id }) };
}

/** A text that the stored line of each entry of a group contains. */
function textOfGroup(logGroup: string | undefined): string | undefined {
  if (logGroup === undefined) return undefined;
  // An entry of PutLogEvents may be in a function's group too. Both kinds of entries contain the
  // name.
  return JSON.stringify(functionOfLogGroup(logGroup) ?? logGroup).slice(1, -1);
}

function admits(query: LogQuery, entry: LogEntry): boolean {
  const { logGroup, logStreams, logStreamPrefix, matches } = query;
  return (
    (logGroup === undefined || logGroup === entry.logGroup) &&
    (logStreams === undefined || logStreams.includes(entry.logStream)) &&
    (logStreamPrefix === undefined || entry.logStream.startsWith(logStreamPrefix)) &&
    (matches === undefined || matches(entry.message))
  );
}
