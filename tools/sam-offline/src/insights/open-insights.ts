import type { EventBus } from '../events/index.ts';
import { Collector } from './collector.ts';
import type { Insights } from './insights.ts';
import { queryLogs } from './logs/index.ts';
import type { RejectedSegment } from './queries.ts';
import { EventStore } from './store/index.ts';
import { getTraces, isRefusal, readSegment, traceSummaries } from './traces/index.ts';

export interface InsightsOptions {
  /** The absolute path of the folder for the files. It is created if it does not exist. */
  readonly directory: string;
  /**
   * The bus to listen to. If absent, only facts that another process stores, or has stored, are
   * read.
   */
  readonly bus?: EventBus | undefined;
  /** Whether to delete the facts of earlier runs. */
  readonly clean?: boolean | undefined;
  /** The size of the memory for the latest facts, in bytes. 32 MB if absent. */
  readonly ringBytes?: number | undefined;
  /** The most bytes of all files together. 256 MB if absent. */
  readonly maximumBytes?: number | undefined;
  /** The most bytes of one file. 16 MB if absent. */
  readonly fileBytes?: number | undefined;
}

/**
 * Opens the facts of a stack. With a bus, it stores the facts that happen. Without a bus, it reads
 * the facts that a run has stored. Both offer the same queries, about this run and earlier ones.
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
      // The store is made before there is a listener for its problems.
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
  /** Reads the facts of earlier runs, and of another process's run, at the first query. */
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
