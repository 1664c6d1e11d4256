import type { EventOf, StackEvent } from '../../events/index.ts';
import type { LogGroup, LogStream } from '../queries.ts';
import { endAndReportLength, startLineLength } from './lambda-lines.ts';
import { LOGGED_EVENTS, logEntriesOf, logGroupOfEvent } from './log-entries.ts';

/** The most streams of a group that are kept, the latest ones. */
const MAXIMUM_STREAMS = 2000;
/** The bytes that CloudWatch counts for each entry besides its text. */
const ENTRY_BYTES = 26;
const LOGGED = new Set(LOGGED_EVENTS);

interface StreamRecord {
  readonly name: string;
  createdMs: number;
  firstEventMs: number;
  lastEventMs: number;
  lastIngestionMs: number;
  storedBytes: number;
}

/** The log groups and streams that exist. */
export class LogCatalog {
  readonly #groups = new Map<string, Map<string, StreamRecord>>();
  /** The streams of functions by their name, which is the environment's id. */
  readonly #ofEnvironments = new Map<string, StreamRecord>();

  add(event: StackEvent): void {
    switch (event.type) {
      case 'invocation.started':
        if (event.systemLogLevel !== undefined) break;
        this.#addLines(event, 1, startLineLength(event));
        return;
      case 'invocation.succeeded':
        if (event.systemLogLevel !== undefined) break;
        this.#addLines(event, 2, endAndReportLength(event));
        return;
      case 'log':
        this.#addLog(event);
        return;
      default:
        if (!LOGGED.has(event.type)) return;
    }
    for (const entry of logEntriesOf(event)) {
      const { logGroup, logStream, timestampMs, ingestionMs } = entry;
      const stream = this.#stream(logGroup, logStream, ingestionMs);
      count(stream, timestampMs, ingestionMs, Buffer.byteLength(entry.message) + ENTRY_BYTES);
    }
  }

  groups(prefix = ''): LogGroup[] {
    return [...this.#groups]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, streams]) => {
        const all = [...streams.values()];
        return {
          name,
          createdMs: Math.min(...all.map(({ createdMs }) => createdMs)),
          storedBytes: all.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
        };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  streams(logGroup: string): LogStream[] {
    return [...(this.#groups.get(logGroup)?.values() ?? [])].map((stream) => ({ ...stream }));
  }

  /** Adds lines of a function's environment. Only their number and their length count. */
  #addLines(event: StackEvent, lines: number, bytes: number): void {
    const { environmentId = '', timeMs } = event;
    const time = Math.floor(timeMs);
    let stream = this.#ofEnvironments.get(environmentId);
    if (stream === undefined) {
      stream = this.#stream(logGroupOfEvent(event), environmentId, time);
      if (environmentId !== '') this.#ofEnvironments.set(environmentId, stream);
    }
    count(stream, time, time, bytes + lines * ENTRY_BYTES);
  }

  #addLog(event: EventOf<'log'>): void {
    const { logStream, timeMs, ingestedMs = timeMs } = event;
    const bytes = Buffer.byteLength(event.text);
    if (logStream === undefined) {
      this.#addLines(event, 1, bytes);
      return;
    }
    const ingestionMs = Math.floor(ingestedMs);
    const stream = this.#stream(logGroupOfEvent(event), logStream, ingestionMs);
    count(stream, Math.floor(timeMs), ingestionMs, bytes + ENTRY_BYTES);
  }

  #stream(logGroup: string, name: string, createdMs: number): StreamRecord {
    let streams = this.#groups.get(logGroup);
    if (streams === undefined)
      this.#groups.set(logGroup, (streams = new Map<string, StreamRecord>()));
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = {
        name,
        createdMs,
        firstEventMs: Infinity,
        lastEventMs: -Infinity,
        lastIngestionMs: createdMs,
        storedBytes: 0,
      };
      streams.set(name, stream);
      const [oldest] = streams.keys();
      if (streams.size > MAXIMUM_STREAMS && oldest !== undefined) {
        streams.delete(oldest);
        this.#ofEnvironments.delete(oldest);
      }
    }
    return stream;
  }
}

function count(stream: StreamRecord, eventMs: number, ingestionMs: number, bytes: number): void {
  stream.storedBytes += bytes;
  stream.firstEventMs = Math.min(stream.firstEventMs, eventMs);
  stream.lastEventMs = Math.max(stream.lastEventMs, eventMs);
  stream.createdMs = Math.min(stream.createdMs, ingestionMs);
  stream.lastIngestionMs = Math.max(stream.lastIngestionMs, ingestionMs);
}
