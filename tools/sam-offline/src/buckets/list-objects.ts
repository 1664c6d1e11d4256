import type { StoredObject } from './bucket-store.ts';

export interface ListOptions {
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  readonly maxKeys: number;
  /** The page starts behind this key or common prefix; empty: at the first. */
  readonly after: string;
}

export interface Listing {
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  /** What the next page starts behind; undefined where there is none. */
  readonly next: string | undefined;
}

/**
 * A page of the keys of a bucket, "in UTF-8 binary order"
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html). fauxqs 2.4.1 sorts them as words of
 * a language and compares them as bytes with the place where a page starts, so that its pages leave keys out.
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
    // A page that ended with a common prefix goes on behind all of its keys.
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
