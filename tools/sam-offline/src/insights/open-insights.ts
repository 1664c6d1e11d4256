import type { EventBus } from '../events/index.ts';
import { Collector } from './collector.ts';
import type { Insights } from './insights.ts';
import { queryLogs } from './logs/index.ts';
import type { RejectedSegment } from './queries.ts';
import { EventStore } from './store/index.ts';
import { getTraces, isRefusal, readSegment, traceSummaries } from './traces/index.ts';

export interface InsightsOptions {
  /** Absolute: the folder of the files. Made where it does not exist. */
  readonly directory: string;
  /** What it listens to. Absent: it reads what another process stores, or has stored. */
  readonly bus?: EventBus | undefined;
  /** Forget earlier runs. */
  readonly clean?: boolean | undefined;
  /** Bytes of the ring in memory; 32 MB where absent. */
  readonly ringBytes?: number | undefined;
  /** Bytes of all files together; 256 MB where absent. */
  readonly maximumBytes?: number | undefined;
  /** Bytes of one file; 16 MB where absent. */
  readonly fileBytes?: number | undefined;
}

/**
 * Opens the one reader of facts: with a bus, it stores what happens; without, it reads what a run has
 * stored. Both have the same queries, about this run and earlier ones.
 */
export function openInsights(options: InsightsOptions): Insights {
  const { bus, directory, clean = false } = options;
  const store = new EventStore({
    directory,
    writes: bus !== undefined,
    clean,
    ...(options.ringBytes !== undefined && { ringBytes: options.ringBytes }),
    ...(options.maximumBytes !== undefined && { maximumBytes: options.maximumBytes }),
    ...(options.fileBytes !== undefined && { fileBytes: options.fileBytes }),
    onDiskChange: (problem) => {
      // The store is made before anybody can be told.
      queueMicrotask(() => {
        if (problem === undefined) bus?.warn('info', `Facts are written to ${directory} again.`);
        else {
          bus?.warn(
            'warn',
            `Facts cannot be written to ${directory}: ${problem}. The latest are kept in memory only, and what is older is lost.`,
          );
        }
      });
    },
  });
  const collector = new Collector(store, bus);
  /** Facts of earlier runs, and of another process's run, once somebody asks. */
  let history: Promise<void> | undefined;
  const loadHistory = async (): Promise<void> => {
    for await (const { id, event } of store.read()) {
      if (id >= store.runPosition) return;
      collector.fold(event, false);
    }
  };
  const upToDate = async (): Promise<void> => {
    collector.flush();
    await (history ??= loadHistory());
  };
  const own = bus ?? undefined;
  const emit = (event: Parameters<EventBus['emit']>[0]): void => {
    if (own === undefined) throw new Error('These insights only read what another process stores.');
    own.emit(event);
  };
  const nowMs = (): number => bus?.now() ?? Date.now();

  return {
    events(query) {
      collector.flush();
      return store.read(query);
    },
    queryLogs(query) {
      collector.flush();
      return queryLogs(store, query);
    },
    async logGroups(prefix) {
      await upToDate();
      return collector.catalog.groups(prefix);
    },
    async logStreams(logGroup) {
      await upToDate();
      return collector.catalog.streams(logGroup);
    },
    putLogs(logGroup, logStream, entries) {
      const ingestedMs = nowMs();
      for (const { timestampMs, message } of entries) {
        const source = 'put-log-events';
        const entry = { source, text: message, logGroup, logStream, ingestedMs } as const;
        emit({ type: 'log', timeMs: timestampMs, ...entry });
      }
    },
    metrics: {
      async list(filter) {
        await upToDate();
        return collector.metrics.list(filter);
      },
      async query(query) {
        await upToDate();
        return collector.metrics.query(query);
      },
    },
    putMetrics(data) {
      for (const { namespace, timestampMs, datum } of data) {
        emit({ type: 'metric.put', timeMs: timestampMs, namespace, datum });
      }
    },
    traces: {
      summaries(range) {
        collector.flush();
        return traceSummaries(store, range);
      },
      get(ids) {
        collector.flush();
        return getTraces(store, ids);
      },
    },
    putSegments(documents) {
      return documents.flatMap((document): RejectedSegment[] => {
        const read = readSegment(document);
        if (isRefusal(read)) return [read];
        const timeMs = nowMs();
        emit({ type: 'segment', timeMs, traceId: read.trace_id, document });
        return [];
      });
    },
    async close() {
      collector.close();
      await store.close();
    },
  };
}
