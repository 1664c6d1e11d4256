import type { IncomingHttpHeaders } from 'node:http';
import type { BucketStore } from '../../buckets/index.ts';
import { importFromFauxqs } from '../../services/index.ts';

/** A request in the form that fauxqs' actions read. */
export interface ActionRequest {
  readonly params: { readonly bucket: string; readonly '*': string };
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ActionResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer | string;
}

/**
 * fauxqs' actions by the operations that they serve. A file and its function have the same name.
 */
const ACTIONS: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 'abortMultipartUpload',
  CompleteMultipartUpload: 'completeMultipartUpload',
  CopyObject: 'putObject',
  CreateBucket: 'createBucket',
  CreateMultipartUpload: 'createMultipartUpload',
  DeleteBucket: 'deleteBucket',
  DeleteBucketLifecycleConfiguration: 'deleteBucketLifecycleConfiguration',
  DeleteObject: 'deleteObject',
  DeleteObjects: 'deleteObjects',
  GetBucketLifecycleConfiguration: 'getBucketLifecycleConfiguration',
  GetObject: 'getObject',
  GetObjectAttributes: 'getObjectAttributes',
  HeadBucket: 'headBucket',
  HeadObject: 'headObject',
  PostObject: 'postObject',
  PutBucketLifecycleConfiguration: 'putBucketLifecycleConfiguration',
  PutObject: 'putObject',
  UploadPart: 'uploadPart',
  UploadPartCopy: 'uploadPart',
};

type Action = (request: ActionRequest, reply: Reply, store: BucketStore) => void;

/**
 * Runs operations on fauxqs' store. Its actions are called without its server, which accepts at
 * most 11 MiB and would need a second connection.
 */
export class FauxqsActions {
  readonly #store: BucketStore;
  readonly #loaded = new Map<string, Promise<Action>>();

  constructor(store: BucketStore) {
    this.#store = store;
  }

  has(operation: string): boolean {
    return Object.hasOwn(ACTIONS, operation);
  }

  /**
   * Runs an operation.
   * @throws BucketCallError S3's error from fauxqs
   */
  async run(operation: string, request: ActionRequest): Promise<ActionResult> {
    const action = await this.#load(ACTIONS[operation] ?? '');
    const reply = new Reply();
    action(request, reply, this.#store);
    return reply;
  }

  #load(name: string): Promise<Action> {
    const known = this.#loaded.get(name);
    if (known !== undefined) return known;
    const loading = importFromFauxqs(`s3/actions/${name}.js`).then((module) => {
      const action = (module as Readonly<Record<string, unknown>>)[name];
      if (typeof action !== 'function') throw new Error(`fauxqs has no action ${name}`);
      return action as Action;
    });
    this.#loaded.set(name, loading);
    return loading;
  }
}

/** Replaces fastify's reply and collects the response of an action. */
class Reply implements ActionResult {
  statusCode = 200;
  readonly headers: Record<string, string> = {};
  body: Buffer | string = '';

  header(name: string, value: string | number): this {
    this.headers[name] = String(value);
    return this;
  }

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  send(body: Buffer | string = ''): this {
    this.body = body;
    return this;
  }
}
