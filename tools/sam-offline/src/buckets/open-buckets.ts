import { mkdirSync } from 'node:fs';
import type { Bucket } from '../template/index.ts';
import { bucketFiles } from './bucket-files.ts';
import { type BucketStore, createBucketStore, type StoredObject } from './bucket-store.ts';

/** The buckets of a stack, including those that API calls made while it ran. */
export interface Buckets {
  readonly store: BucketStore;
  /** Gives the template's definition; undefined for a bucket that an API call made. */
  definitionOf(bucketName: string): Bucket | undefined;
  /** Stores an object's properties other than its body, such as its tags. */
  update(bucket: string, object: StoredObject): void;
  /**
   * Reads the first bytes of an object's body.
   * @throws Error if its file does not exist any more
   */
  beginningOf(bucket: string, object: StoredObject, bytes: number): Buffer;
}

/**
 * Opens the buckets in a folder, and makes the template's buckets that do not exist yet.
 *
 * @throws Error if the folder cannot be used
 */
export async function openBuckets(
  directory: string,
  definitions: readonly Bucket[],
): Promise<Buckets> {
  mkdirSync(directory, { recursive: true });
  const store = await createBucketStore();
  const files = bucketFiles(directory);
  files.load(store);
  store.persistence = files;
  for (const { bucketName } of definitions) store.createBucket(bucketName);
  const byName = new Map(definitions.map((definition) => [definition.bucketName, definition]));
  return {
    store,
    definitionOf: (name) => byName.get(name),
    update(bucket, object) {
      store.restoreObject(bucket, object);
      files.upsertObject(bucket, object);
    },
    beginningOf: (bucket, { key, body, contentLength }, bytes) =>
      body.length > 0 || contentLength === 0
        ? body.subarray(0, bytes)
        : files.readBeginning(bucket, key, Math.min(bytes, contentLength)),
  };
}
