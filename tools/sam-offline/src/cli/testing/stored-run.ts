import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createEventBus, type EventBus, type EventOf } from '../../events/index.ts';
import { type Insights, openInsights } from '../../insights/index.ts';
import { NOW_MS } from '../../insights/testing/facts.ts';
import { eventsDirectoryOf } from '../../stack/index.ts';
import type { Project } from './command.ts';

/** Writes facts into the data folder of a project, as a stack would store them. */
export interface WrittenRun extends AsyncDisposable {
  readonly bus: EventBus;
  readonly insights: Insights;
}

/** Writes the facts of a run into the data folder of a project. */
export function writeRun(
  { folder }: Project,
  fields: Partial<EventOf<'stack.started'>> = {},
): WrittenRun {
  const bus = createEventBus();
  const insights = openInsights({ directory: eventsDirectoryOf(join(folder, '.local')), bus });
  bus.emit({
    ...{ type: 'stack.started', timeMs: NOW_MS, stackName: 'shop', region: 'eu-west-1' },
    ...{ accountId: '123456789012', pid: process.pid },
    resources: [
      { kind: 'function', logicalId: 'ApiFunction', name: 'shop-api' },
      { kind: 'function', logicalId: 'JobFunction', name: 'shop-job' },
    ],
    ...fields,
  });
  return { bus, insights, [Symbol.asyncDispose]: () => insights.close() };
}

/** The id of a process that has ended. */
export function endedPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
