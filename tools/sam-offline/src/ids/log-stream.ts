import { randomText } from './random-text.ts';

/**
 * Makes the id of a new execution environment, which is also the name of its log stream:
 * `2026/11/23/[$LATEST]<32 hexadecimal digits>`.
 *
 * @param version of the function: `$LATEST`, or a number
 * @param nowMs ms since 1970
 */
export function newEnvironmentId(version = '$LATEST', nowMs: number = Date.now()): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${randomText(16, 'hex')}`;
}

/** The version of the function that an execution environment runs. */
export function versionOfEnvironment(environmentId: string): string {
  return environmentId.slice(environmentId.indexOf('[') + 1, environmentId.indexOf(']'));
}
