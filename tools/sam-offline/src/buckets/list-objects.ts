import type { StoredObject } from './bucket-store.ts';

export interface ListOptions {
  readonly prefix: string;
  /** The delimiter; empty if there is none. */
  readonly delimiter: string;
  readonly maxKeys: number;
  /** The page starts after this key or common prefix; empty for the first page. */
  readonly after: string;
}

export interface Listing {
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  /**
   * The key or common prefix after which the next page starts; undefined if this is the last page.
   */
  readonly next: string | undefined;
}

/**
 * Lists one page of a bucket's keys, "in UTF-8 binary order"
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html). fauxqs 2.4.1
 * sorts keys by the rules of a language, but compares them as bytes with the start of a page, so
 * that keys are missing in its pages.
 */
export function listObjects(all: Iterable<StoredObject>, options: ListOptions): Listing {
  const { prefix, delimiter, maxKeys, after } = options;
  const afterBytes = Buffer.from(after);
  const sorted = [...all]
    .filter(({ key }) => key.startsWith(prefix))
    .map((object) => ({ object, bytes: Buffer.from(object.key) }))
    .filter(({ bytes }) => after === '' || Buffer.compare(bytes, afterBytes) > 0)
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const objects: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  for (const { object } of sorted) {
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : object.key.slice(0, end + delimiter.length);
    // After a common prefix, the listing continues after all keys with this prefix.
    if (common !== undefined && (common === commonPrefixes.at(-1) || common === after)) continue;
    if (objects.length + commonPrefixes.length >= maxKeys) {
      return { objects, commonPrefixes, next: last };
    }
    last = common ?? object.key;
    if (common === undefined) objects.push(object);
    else commonPrefixes.push(common);
  }
  return { objects, commonPrefixes, next: undefined };
}
