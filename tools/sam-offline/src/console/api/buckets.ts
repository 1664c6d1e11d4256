import * as z from 'zod';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { maskText } from '../mask.ts';
import type { ConsoleContext } from './context.ts';
import { flag, limit } from './ranges.ts';
import type { ObjectContent, ObjectSummary } from './service-access.ts';

/** A bucket, with its settings in the template. */
export interface BucketRow {
  readonly bucketName: string;
  /** Absent for a bucket that a call created. */
  readonly logicalId?: string | undefined;
  readonly objects: number;
  readonly bytes: number;
  /** The targets of its event notifications. */
  readonly notifications: readonly { readonly event: string; readonly targetArn: string }[];
  readonly sendsToEventBridge: boolean;
}

/** An object with the beginning of its content. */
export interface ObjectResponse extends ObjectSummary {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The content as text, or as hexadecimal digits if it is not UTF-8. */
  readonly text: string;
  readonly isBinary: boolean;
  /** How many bytes are not shown. */
  readonly left: number;
}

/** How many bytes of an object are shown. */
const SHOWN_BYTES = 64 * 1024;
/**
 * The most bytes of an object that is given as a whole, since it is in memory several times
 * meanwhile.
 */
const MAXIMUM_BYTES = 16 * 1024 * 1024;
/**
 * The longest key that S3 takes:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
const key = z.string().min(1).max(1024);

/** The buckets and their objects. */
export function bucketRoutes({ stack, actions }: ConsoleContext): Route[] {
  const objectOf = async (bucket: string, name: string, bytes: number): Promise<ObjectContent> => {
    const object = await actions.services.object(bucket, name, bytes);
    if (object === undefined) throw new RequestError(404, `${bucket} has no object ${name}.`);
    return object;
  };
  return [
    route({
      method: 'GET',
      path: '/api/buckets',
      operationId: 'listBuckets',
      summary:
        'The buckets with the number and size of their objects, and the targets of their notifications.',
      response: 'Buckets.',
      async handle(): Promise<{ buckets: BucketRow[] }> {
        const buckets = (await actions.services.buckets()).map((bucket) => {
          const definition = stack.buckets.find((one) => one.bucketName === bucket.bucketName);
          const { logicalId, notifications = [], sendsToEventBridge = false } = definition ?? {};
          return { ...bucket, logicalId, notifications, sendsToEventBridge };
        });
        return { buckets };
      },
    }),
    route({
      method: 'GET',
      path: '/api/buckets/{bucket}/objects',
      operationId: 'listObjects',
      summary: 'Objects of a bucket in the order of their keys, a page at a time.',
      response: 'Objects without their content, and `next` if there are more.',
      query: z.object({
        prefix: z.string().default('').describe('The prefix of the keys.'),
        after: z.string().default('').describe('`next` of the previous page.'),
        limit: limit(100, 1000),
      }),
      async handle({ path, query }) {
        const bucket = parameter(path, 'bucket');
        const listing = await actions.services.objects(bucket, query);
        if (listing === undefined) throw new RequestError(404, `There is no bucket ${bucket}.`);
        return listing;
      },
    }),
    route({
      method: 'GET',
      path: '/api/buckets/{bucket}/object',
      operationId: 'getObject',
      summary: 'One object with the beginning of its content; secrets in it are masked.',
      response: 'Metadata, tags and the first 64 KB as text, or as hexadecimal digits.',
      query: z.object({ key, reveal: flag.describe('Show secrets too.') }),
      async handle({ path, query }): Promise<ObjectResponse> {
        const object = await objectOf(parameter(path, 'bucket'), query.key, SHOWN_BYTES);
        const { content, ...rest } = object;
        const text = textOf(content, object.bytes);
        const shown = text ?? content.toString('hex');
        return {
          ...rest,
          text: query.reveal || text === undefined ? shown : maskText(shown),
          isBinary: text === undefined,
          left: object.bytes - content.length,
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/buckets/{bucket}/content',
      operationId: 'getObjectContent',
      summary: 'The whole content of an object of 16 MB at most, unchanged.',
      response: 'The content in base64, and its type.',
      query: z.object({ key }),
      async handle({ path, query }) {
        const bucket = parameter(path, 'bucket');
        const { bytes, contentType, content } = await objectOf(bucket, query.key, MAXIMUM_BYTES);
        if (bytes > MAXIMUM_BYTES) {
          throw new RequestError(
            413,
            `${query.key} has ${bytes} bytes, and the console gives ${MAXIMUM_BYTES} at most; use "aws s3 cp" with --endpoint-url.`,
          );
        }
        return { contentType, base64: content.toString('base64') };
      },
    }),
  ];
}

/**
 * The content as text. A character may be cut in two at the end of a part.
 *
 * @returns undefined if the content is not UTF-8
 */
function textOf(content: Buffer, bytes: number): string | undefined {
  try {
    const stream = content.length < bytes;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content, { stream });
    return text.includes('\u0000') ? undefined : text;
  } catch {
    return undefined;
  }
}
