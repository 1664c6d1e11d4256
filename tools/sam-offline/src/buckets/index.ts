export { openBuckets, type Buckets } from './open-buckets.ts';
export type { BucketCallError, BucketStore, StoredObject, StoredUpload } from './bucket-store.ts';
export {
  createBucketNotifications,
  type BucketNotifications,
  type ObjectEvent,
} from './notifications.ts';
export { listObjects, type Listing } from './list-objects.ts';
