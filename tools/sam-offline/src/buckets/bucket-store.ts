import { importFromFauxqs } from '../services/index.ts';

/** An object in fauxqs' store. Its body is in the data folder. */
export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly contentLength: number;
  /** The entity tag in quotation marks. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly metadata: Readonly<Record<string, string>>;
  /** The object's tags. fauxqs does not know this property, but keeps it. */
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

/** The functions that fauxqs calls to store buckets and objects. */
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

/** The part of fauxqs' bucket store that is used here. */
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
  /** Gives the bucket's creation date. It is added here; fauxqs does not have it. */
  creationDateOf: (name: string) => Date;
}

/** An error of S3, which fauxqs throws. */
export interface BucketCallError extends Error {
  readonly code: string;
  readonly statusCode: number;
  readonly resource?: string;
}

/**
 * Makes fauxqs' bucket store.
 *
 * @throws Error if this version of fauxqs does not have the store where it is expected
 */
export async function createBucketStore(): Promise<BucketStore> {
  const { S3Store } = (await importFromFauxqs('s3/s3Store.js')) as {
    S3Store?: new () => BucketStore & { readonly bucketCreationDates: ReadonlyMap<string, Date> };
  };
  if (typeof S3Store !== 'function')
    throw new Error('this version of fauxqs has no bucket store in the expected place');
  const store = new S3Store();
  store.creationDateOf = (name) => store.bucketCreationDates.get(name) ?? new Date(0);
  return store;
}
