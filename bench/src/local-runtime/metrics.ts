import { metric, type Metric, type RatioDefinition } from '../harness/index.ts';

/** The metrics of each round, in the order of the table. */
export const metrics = [
  metric('connectionsPerSecond', 'connections opened, just started', '/s', 'higher'),
  metric('warmConnectionsPerSecond', 'connections opened, warm', '/s', 'higher'),
  metric('refusedConnections', 'connections refused', '', 'lower'),
  metric('cpuMicrosPerConnection', 'processor time a connection', 'µs', 'lower'),
  metric('echoesPerSecond', 'echoes, 50 connections', '/s', 'higher'),
  metric('echoP50Ms', 'echo, 50 connections, p50', 'ms', 'lower'),
  metric('echoP99Ms', 'echo, 50 connections, p99', 'ms', 'lower'),
  metric('failedEchoes', 'echoes failed', '', 'lower'),
  metric('singleEchoP50Ms', 'echo, 1 connection, p50', 'ms', 'lower'),
  metric('singleEchoP99Ms', 'echo, 1 connection, p99', 'ms', 'lower'),
  metric('cpuMicrosPerEcho', 'processor time an echo', 'µs', 'lower'),
  metric('pushesPerSecond', 'pushes to @connections', '/s', 'higher'),
  metric('pushP50Ms', 'push to @connections, p50', 'ms', 'lower'),
  metric('pushP99Ms', 'push to @connections, p99', 'ms', 'lower'),
  metric('cpuMicrosPerPush', 'processor time a push', 'µs', 'lower'),
  metric('failedPushes', 'pushes to @connections failed or lost', '', 'lower'),
  metric('memoryAtStartMb', 'memory, just started (PSS)', 'MiB', 'lower'),
  metric('memoryIdleMb', 'memory, 1,000 idle connections (PSS)', 'MiB', 'lower'),
  metric('memoryIdleRssMb', 'memory, 1,000 idle connections (RSS)', 'MiB', 'lower'),
  metric('idleConnections', 'idle connections held then', '', 'neither'),
  metric('processes', 'processes then', '', 'neither'),
  metric('startupMs', 'start to first connection', 'ms', 'lower'),
  metric('readyMs', 'start to ready line', 'ms', 'lower'),
  metric('heldConnections', '5,000 connections: held at once', '', 'higher'),
  metric('heldResponded', '5,000 connections: pings with a response', '', 'higher'),
  metric('heldMemoryMb', '5,000 connections: memory (PSS)', 'MiB', 'lower'),
] as const satisfies readonly Metric[];

/** The ratios of the report: each of these metrics against the named baseline. */
export function ratiosAgainst(
  ours: string,
  baseline: string,
  suffix = '',
): Record<string, RatioDefinition> {
  const of = {
    connections: 'connectionsPerSecond',
    echoes: 'echoesPerSecond',
    pushes: 'pushesPerSecond',
    memory: 'memoryIdleMb',
    startup: 'startupMs',
  };
  return Object.fromEntries(
    Object.entries(of).map(([name, key]) => [
      `${name}${suffix}`,
      { metric: findMetric(key), ours, baseline },
    ]),
  );
}

/** The ratios of all metrics, by their keys. */
export function everyRatioAgainst(
  ours: string,
  baseline: string,
  suffix: string,
): Record<string, RatioDefinition> {
  const compared = metrics.filter(({ better }) => better !== 'neither');
  return Object.fromEntries(
    compared.map((of) => [`${of.key}${suffix}`, { metric: of, ours, baseline }]),
  );
}

function findMetric(key: string): Metric {
  const found = metrics.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no metric ${key}`);
  return found;
}
