import * as z from 'zod';
import { compilePath } from '../json-path.ts';

/** A path to one value, checked where it is written. */
export const pathSchema = z.string().superRefine((path, context) => {
  try {
    compilePath(path);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

const duration = z.union([z.number().nonnegative(), z.string()]);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What a message has to have: at `json` there is `value`, or one of several values, or any value. */
export const expectationSchema = z.strictObject({
  json: pathSchema,
  value: z.union([scalar, z.array(scalar)]).optional(),
});

/** `config.websocketPush` of a scenario file. */
export const settingsSchema = z.strictObject({
  /** Where to connect and publish, read from a JSON file such as a stack's outputs. */
  endpoints: z
    .strictObject({
      /** Relative to the scenario file; the environment variable LOADTEST_OUTPUTS (another file, or the JSON itself) replaces it. */
      file: z.string(),
      websocket: pathSchema.optional(),
      http: pathSchema.optional(),
      /** More values of the file, as variables of the scenario. */
      variables: z.record(z.string(), pathSchema).optional(),
    })
    .optional(),
  /** How to find in a message what the ledger needs. Without it, messages are only counted. */
  message: z
    .strictObject({
      /** The first of these that is there. */
      id: z.union([pathSchema, z.array(pathSchema).min(1)]),
      /** Absent: all messages are on one channel, `*`. */
      channel: pathSchema.optional(),
      /** A frame with a list here holds several messages, the items of the list: a replay, or a batch. */
      list: pathSchema.optional(),
      /** Only such messages are in the ledger. */
      where: z.union([expectationSchema, z.array(expectationSchema)]).optional(),
      /** When the server published it, ms since 1970. Then messages that nobody published here count too. */
      publishedAt: pathSchema.optional(),
      /** A number that grows with the order of publishing on a channel. */
      order: pathSchema.optional(),
      /** What must be the same at all readers. */
      same: pathSchema.optional(),
      /** What a reader that resumes sends as `$since`: the largest that it has seen. */
      resumeFrom: pathSchema.optional(),
    })
    .optional(),
  /** How to subscribe; a step can say otherwise. Without `send`, the server pushes unasked. */
  subscribe: z
    .strictObject({
      /** `$channels` in it becomes the list of channels, `$channel` the only one. */
      send: z.unknown().optional(),
      response: expectationSchema.optional(),
      /** Added to `send` when a reader resumes; `$since` becomes what it has seen last. */
      resume: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  unsubscribe: z
    .strictObject({ send: z.unknown(), response: expectationSchema.optional() })
    .optional(),
  /** Deliveries that take longer are late (not missed). */
  lateAfter: duration.default(10),
  /** How long a reader waits, before it leaves, for what it is owed. */
  drain: duration.default(5),
  connectTimeout: duration.default(30),
  responseTimeout: duration.default(30),
  publishTimeout: duration.default(30),
  /**
   * Other clocks to compare with: URLs whose responses have a `date` or `x-time` header. Where messages carry
   * `publishedAt`, the first is the clock that it was read from: its offset is taken off.
   */
  clocks: z.array(z.string()).default([]),
  /** Where the record goes; LOADTEST_RECORD replaces it. */
  record: z.string().optional(),
});

export type SettingsInput = z.infer<typeof settingsSchema>;
