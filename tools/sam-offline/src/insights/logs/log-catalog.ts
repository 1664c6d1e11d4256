import type { StackEvent } from '../../events/index.ts';
import type { LogGroup, LogStream } from '../queries.ts';
import { logEntriesOf } from './log-entries.ts';

/** So many streams of a group are remembered, the latest ones. */
const MAXIMUM_STREAMS = 2000;

interface StreamRecord {
  readonly name: string;
  createdMs: number;
  firstEventMs: number;
  lastEventMs: number;
  lastIngestionMs: number;
  storedBytes: number;
}

/** Which log groups and streams there are. */
export class LogCatalog {
  readonly #groups = new Map<string, Map<string, StreamRecord>>();

  add(event: StackEvent): void {
    for (const entry of logEntriesOf(event)) {
      const stream = this.#stream(entry.logGroup, entry.logStream, entry.ingestionMs);
      // CloudWatch counts 26 bytes for each event besides its text.
      stream.storedBytes += Buffer.byteLength(entry.message) + 26;
      stream.firstEventMs = Math.min(stream.firstEventMs, entry.timestampMs);
      stream.lastEventMs = Math.max(stream.lastEventMs, entry.timestampMs);
      stream.createdMs = Math.min(stream.createdMs, entry.ingestionMs);
      stream.lastIngestionMs = Math.max(stream.lastIngestionMs, entry.ingestionMs);
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
      if (streams.size > MAXIMUM_STREAMS && oldest !== undefined) streams.delete(oldest);
    }
    return stream;
  }
}
