import type { AwsCall } from './call.ts';

const PATH = /^\/(schedules|schedule-groups)(?:\/([^/]+))?\/?$/;
const VERBS: Readonly<Record<string, string>> = {
  POST: 'Create',
  PUT: 'Update',
  GET: 'Get',
  DELETE: 'Delete',
};

/** Gives the operation of a call to EventBridge Scheduler, by its path and method. */
export function schedulerOperation({ method, path, operation }: AwsCall): string {
  const [all, kind, name] = PATH.exec(path) ?? [];
  if (all === undefined) return operation;
  const type = kind === 'schedules' ? 'Schedule' : 'ScheduleGroup';
  return name === undefined ? `List${type}s` : `${VERBS[method] ?? method}${type}`;
}

/** Reads the members of a call's input from the body, the path and the query string. */
export function schedulerInput({ path, query, body }: AwsCall): Readonly<Record<string, unknown>> {
  const [, , name] = PATH.exec(path) ?? [];
  const parameters = new URLSearchParams(query);
  const group = parameters.get('groupName') ?? parameters.get('ScheduleGroup');
  return {
    ...objectOf(body),
    ...(name !== undefined && { Name: decodeURIComponent(name) }),
    ...(group !== null && { GroupName: group }),
    ...(parameters.has('NamePrefix') && { NamePrefix: parameters.get('NamePrefix') }),
    ...(parameters.has('State') && { State: parameters.get('State') }),
  };
}

function objectOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
