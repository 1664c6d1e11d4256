import { randomText } from './random-text.ts';

/**
 * Makes the id of a new execution environment, which is also the name of its log stream:
 * `2026/11/23/[$LATEST]<32 hexadecimal digits>`.
 * @param nowMs ms since 1970
 */
export function newEnvironmentId(nowMs: number = Date.now()): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomText(16, 'hex')}`;
}
