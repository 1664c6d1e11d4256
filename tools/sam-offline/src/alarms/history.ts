import type { AlarmHistoryItem } from './alarm-status.ts';

/** Of all alarms together; the oldest go first. */
const MAXIMUM_ITEMS = 10_000;

/** What happened to the alarms of this run, the oldest first. */
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
