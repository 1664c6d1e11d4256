import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { BucketPersistence, BucketStore, StoredObject } from './bucket-store.ts';

const BUCKET_FILE = 'bucket.json';
const LIFECYCLE_FILE = 'lifecycle.xml';

/**
 * Keeps buckets in a folder. Each bucket has a folder with its name. Each object has a file with
 * its body and a file with the other properties; both have the digest of the key as their name. A
 * key may be any text (`../x` too), so it cannot be a file name. fauxqs' own files have the key in
 * their paths.
 *
 * The parts of unfinished multipart uploads are only in memory.
 */
export function bucketFiles(directory: string): BucketPersistence & {
  load(store: BucketStore): void;
  /** Reads the first bytes of an object's body. The whole body may be larger than memory. */
  readBeginning(bucket: string, key: string, bytes: number): Buffer;
} {
  const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex');
  const pathOf = (bucket: string, key: string, kind: 'body' | 'json'): string =>
    join(directory, bucket, `${nameOf(key)}.${kind}`);
  const write = (path: string, content: string | Buffer): void => {
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  };
  const files: BucketPersistence = {
    insertBucket(name, creationDate) {
      mkdirSync(join(directory, name), { recursive: true });
      write(join(directory, name, BUCKET_FILE), JSON.stringify({ name, creationDate }));
    },
    deleteBucket(name) {
      rmSync(join(directory, name), { recursive: true, force: true });
    },
    saveBucketLifecycleConfiguration(bucket, configuration) {
      write(join(directory, bucket, LIFECYCLE_FILE), configuration);
    },
    deleteBucketLifecycleConfiguration(bucket) {
      rmSync(join(directory, bucket, LIFECYCLE_FILE), { force: true });
    },
    upsertObject(bucket, { body, ...object }) {
      // An object without its second file is not loaded after a restart.
      if (body.length > 0 || object.contentLength === 0) {
        write(pathOf(bucket, object.key, 'body'), body);
      }
      write(pathOf(bucket, object.key, 'json'), JSON.stringify(object));
    },
    deleteObject(bucket, key) {
      rmSync(pathOf(bucket, key, 'json'), { force: true });
      rmSync(pathOf(bucket, key, 'body'), { force: true });
    },
    deleteObjectsByBucket(bucket) {
      for (const file of readdirSync(join(directory, bucket))) {
        if (file !== BUCKET_FILE) rmSync(join(directory, bucket, file));
      }
    },
    readBody: (bucket, key) => readFileSync(pathOf(bucket, key, 'body')),
    insertMultipartUpload: () => undefined,
    upsertMultipartPart: () => undefined,
    deleteMultipartUpload: () => undefined,
    completeMultipartUpload(_uploadId, bucket, object) {
      files.upsertObject(bucket, object);
    },
  };
  return {
    ...files,
    load: (store) => {
      load(directory, store);
    },
    readBeginning(bucket, key, bytes) {
      const file = openSync(pathOf(bucket, key, 'body'), 'r');
      try {
        const buffer = Buffer.alloc(bytes);
        return buffer.subarray(0, readSync(file, buffer, 0, bytes, 0));
      } finally {
        closeSync(file);
      }
    },
  };
}

function load(directory: string, store: BucketStore): void {
  if (!existsSync(directory)) return;
  for (const folder of readdirSync(directory)) {
    const path = join(directory, folder);
    if (!existsSync(join(path, BUCKET_FILE))) continue;
    const { creationDate } = JSON.parse(readFileSync(join(path, BUCKET_FILE), 'utf8')) as {
      readonly creationDate: string;
    };
    store.createBucket(folder);
    store.setBucketCreationDate(folder, new Date(creationDate));
    for (const file of readdirSync(path)) {
      if (file === LIFECYCLE_FILE) {
        store.restoreBucketLifecycleConfiguration(folder, readFileSync(join(path, file), 'utf8'));
      }
      if (file === BUCKET_FILE || !file.endsWith('.json')) continue;
      const object = JSON.parse(readFileSync(join(path, file), 'utf8')) as StoredObject;
      const lastModified = new Date(object.lastModified);
      store.restoreObject(folder, { ...object, lastModified, body: Buffer.alloc(0) });
    }
  }
}
