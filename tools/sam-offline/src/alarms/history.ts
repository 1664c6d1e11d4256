import type { AlarmHistoryItem } from './alarm-status.ts';

/** The most entries of all alarms together. The oldest are dropped first. */
const MAXIMUM_ITEMS = 10_000;

/** The history of the alarms of this run, the oldest entry first. */
export class AlarmHistory {
  readonly #items: AlarmHistoryItem[] = [];

  add(item: AlarmHistoryItem): void {
    this.#items.push(item);
    if (this.#items.length > MAXIMUM_ITEMS) this.#items.shift();
  }

  get items(): readonly AlarmHistoryItem[] {
    return this.#items;
  }
}
