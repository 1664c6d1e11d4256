type Key = Readonly<Record<string, unknown>>;

/** Remembers which items the TTL sweeper deleted, so that their stream records can show it. */
export interface ExpiredItems {
  add(tableName: string, key: Key): void;
  /**
   * Tells whether the sweeper deleted an item.
   * @param atSeconds the time of the stream record, in whole seconds since 1970; it distinguishes
   * several deletes
   */
  wasExpired(tableName: string, key: Key, atSeconds: number): boolean;
}

const MAXIMUM_REMEMBERED = 50_000;
/** The maximum difference between the sweeper's call and the time of the record, in seconds. */
const TOLERANCE_SECONDS = 2;

/** Makes the memory of deleted items. */
export function createExpiredItems(): ExpiredItems {
  const deletedAt = new Map<string, number>();
  return {
    add(tableName, key) {
      const id = identify(tableName, key);
      deletedAt.delete(id);
      deletedAt.set(id, Date.now() / 1000);
      if (deletedAt.size > MAXIMUM_REMEMBERED) {
        for (const oldest of deletedAt.keys()) {
          deletedAt.delete(oldest);
          break;
        }
      }
    },
    wasExpired(tableName, key, atSeconds) {
      const at = deletedAt.get(identify(tableName, key));
      return at !== undefined && Math.abs(at - atSeconds) <= TOLERANCE_SECONDS;
    },
  };
}

function identify(tableName: string, key: Key): string {
  return JSON.stringify([tableName, Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
