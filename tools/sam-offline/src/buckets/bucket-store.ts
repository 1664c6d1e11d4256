import { importFromFauxqs } from '../services/index.ts';

/** An object as fauxqs keeps it; its body is in the data folder. */
export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly contentLength: number;
  /** In quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly metadata: Readonly<Record<string, string>>;
  /** Not fauxqs': it keeps what it does not know. */
  tags?: Readonly<Record<string, string>>;
  storageClass?: string;
}

export interface StoredUpload {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: Date;
  readonly parts: ReadonlyMap<
    number,
    {
      readonly partNumber: number;
      readonly body: Buffer;
      readonly etag: string;
      readonly lastModified: Date;
    }
  >;
}

/** What fauxqs calls when something is to be kept. */
export interface BucketPersistence {
  insertBucket(name: string, creationDate: Date): void;
  deleteBucket(name: string): void;
  saveBucketLifecycleConfiguration(bucket: string, configuration: string): void;
  deleteBucketLifecycleConfiguration(bucket: string): void;
  upsertObject(bucket: string, object: StoredObject): void;
  deleteObject(bucket: string, key: string): void;
  deleteObjectsByBucket(bucket: string): void;
  readBody(bucket: string, key: string): Buffer;
  insertMultipartUpload(): void;
  upsertMultipartPart(): void;
  deleteMultipartUpload(): void;
  completeMultipartUpload(uploadId: string, bucket: string, object: StoredObject): void;
}

/** The part of fauxqs' store of buckets that is used here. */
export interface BucketStore {
  readonly buckets: ReadonlyMap<string, Map<string, StoredObject>>;
  readonly multipartUploads: ReadonlyMap<string, StoredUpload>;
  persistence?: BucketPersistence;
  hasBucket(name: string): boolean;
  createBucket(name: string): void;
  setBucketCreationDate(name: string, date: Date): void;
  restoreObject(bucket: string, object: StoredObject): void;
  restoreBucketLifecycleConfiguration(name: string, configuration: string): void;
  headObject(bucket: string, key: string): StoredObject;
  /** Not fauxqs'. */
  creationDateOf: (name: string) => Date;
}

/** What fauxqs throws: S3's error. */
export interface BucketCallError extends Error {
  readonly code: string;
  readonly statusCode: number;
  readonly resource?: string;
}

/**
 * Makes fauxqs' store.
 *
 * @throws Error when fauxqs is not as it was
 */
export async function createBucketStore(): Promise<BucketStore> {
  const { S3Store } = (await importFromFauxqs('s3/s3Store.js')) as {
    S3Store?: new () => BucketStore & { readonly bucketCreationDates: ReadonlyMap<string, Date> };
  };
  if (typeof S3Store !== 'function') throw new Error('fauxqs has its buckets in another place');
  const store = new S3Store();
  store.creationDateOf = (name) => store.bucketCreationDates.get(name) ?? new Date(0);
  return store;
}
