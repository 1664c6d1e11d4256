import type { CompositeAlarm } from '../template/index.ts';
import type { AlarmStatus } from './alarm-status.ts';

type Suppressor = NonNullable<CompositeAlarm['suppressor']>;

/**
 * Holds back the actions of a composite alarm while its suppressor is in ALARM. It also holds them
 * back for the wait period, in which the suppressor may still go to ALARM, and for the extension
 * period after the suppressor's ALARM has ended.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-suppression.html
 */
export class Suppression {
  readonly #suppressor: Suppressor;
  #held: (() => void) | undefined;
  #by: AlarmStatus['suppressedBy'];
  #untilMs = 0;

  constructor(suppressor: Suppressor) {
    this.#suppressor = suppressor;
  }

  get by(): AlarmStatus['suppressedBy'] {
    return this.#by;
  }

  /**
   * The alarm changed its state.
   *
   * @param act runs the actions of the new state, now or later
   */
  hold(act: () => void, nowMs: number, isSuppressorRinging: boolean): void {
    // Actions of an earlier state that were held back are dropped.
    this.#held = act;
    if (this.#by === undefined) {
      this.#by = 'WaitPeriod';
      this.#untilMs = nowMs + this.#suppressor.waitMs;
    }
    this.check(nowMs, isSuppressorRinging);
  }

  /** Time has passed, or the suppressor changed. */
  check(nowMs: number, isSuppressorRinging: boolean): void {
    if (this.#by === undefined) return;
    if (isSuppressorRinging) {
      this.#by = 'Alarm';
      return;
    }
    if (this.#by === 'Alarm') {
      this.#by = 'ExtensionPeriod';
      this.#untilMs = nowMs + this.#suppressor.extensionMs;
    }
    if (nowMs < this.#untilMs) return;
    const held = this.#held;
    this.#by = undefined;
    this.#held = undefined;
    held?.();
  }
}
