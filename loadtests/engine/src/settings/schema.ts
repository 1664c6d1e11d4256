import * as z from 'zod';
import { compilePath } from '../json-path.ts';

/** A path to one value. It is checked when the file is read. */
export const pathSchema = z.string().superRefine((path, context) => {
  try {
    compilePath(path);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

const duration = z.union([z.number().nonnegative(), z.string()]);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * A condition on a message: it has `value`, one of several values, or any value at the path `json`.
 */
export const expectationSchema = z.strictObject({
  json: pathSchema,
  value: z.union([scalar, z.array(scalar)]).optional(),
});

/** The setting `config.websocketPush` of a scenario file. */
export const settingsSchema = z.strictObject({
  /**
   * The URLs to connect and publish to, which are read from a JSON file such as a stack's outputs.
   */
  endpoints: z
    .strictObject({
      /**
       * The path of the file, relative to the scenario file. The environment variable
       * LOADTEST_OUTPUTS (another file, or the JSON itself) replaces it.
       */
      file: z.string(),
      websocket: pathSchema.optional(),
      http: pathSchema.optional(),
      /** Further values of the file, as variables of the scenario. */
      variables: z.record(z.string(), pathSchema).optional(),
    })
    .optional(),
  /** The places in a message of what the ledger needs. Without them, messages are only counted. */
  message: z
    .strictObject({
      /** Paths to the message's id. The first one that leads to a value counts. */
      id: z.union([pathSchema, z.array(pathSchema).min(1)]),
      /** The path to the channel. If absent, all messages are on one channel, `*`. */
      channel: pathSchema.optional(),
      /**
       * The path to a list. A frame that has it contains several messages, the items of the list: a
       * replay, or a batch.
       */
      list: pathSchema.optional(),
      /** Only messages that meet this condition are in the ledger. */
      where: z.union([expectationSchema, z.array(expectationSchema)]).optional(),
      /**
       * The time at which the server published the message, in ms since 1970. If it is given,
       * messages that the engine did not publish count too.
       */
      publishedAt: pathSchema.optional(),
      /** A number that grows with the order of publishing on a channel. */
      order: pathSchema.optional(),
      /** The part that must be the same at all readers. */
      same: pathSchema.optional(),
      /**
       * The path to the value that a reader sends as `$since` when it resumes. It sends the largest
       * one that it has seen.
       */
      resumeFrom: pathSchema.optional(),
    })
    .optional(),
  /**
   * How to subscribe. A step can replace these settings. Without `send`, the server pushes without
   * a subscription.
   */
  subscribe: z
    .strictObject({
      /** In it, `$channels` is replaced by the list of channels, and `$channel` by the only one. */
      send: z.unknown().optional(),
      response: expectationSchema.optional(),
      /**
       * This is added to `send` when a reader resumes. `$since` is replaced by the largest value
       * that it has seen.
       */
      resume: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  unsubscribe: z
    .strictObject({ send: z.unknown(), response: expectationSchema.optional() })
    .optional(),
  /** Deliveries that take longer are late. They are not missed. */
  lateAfter: duration.default(10),
  /** How long a reader that leaves waits for the messages that it is owed. */
  drain: duration.default(5),
  connectTimeout: duration.default(30),
  responseTimeout: duration.default(30),
  publishTimeout: duration.default(30),
  /**
   * Other clocks to compare with: URLs whose responses have a `date` or `x-time` header. If
   * messages have `publishedAt`, the first URL must belong to the clock that stamps them. Its
   * offset is subtracted.
   */
  clocks: z.array(z.string()).default([]),
  /** The path of the record. LOADTEST_RECORD replaces it. */
  record: z.string().optional(),
});

export type SettingsInput = z.infer<typeof settingsSchema>;
