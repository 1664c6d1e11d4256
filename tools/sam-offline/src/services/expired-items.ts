type Key = Readonly<Record<string, unknown>>;

/** Remembers which items the TTL sweeper deleted, so that their stream records can say so. */
export interface ExpiredItems {
  add(tableName: string, key: Key): void;
  /** @param atSeconds when the record was made, in whole seconds: it distinguishes deletes */
  wasExpired(tableName: string, key: Key, atSeconds: number): boolean;
}

const MAXIMUM_REMEMBERED = 50_000;
/** Between the sweeper's call and the second that the record carries. */
const TOLERANCE_SECONDS = 2;

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
