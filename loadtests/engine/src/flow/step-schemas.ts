import * as z from 'zod';
import { expectationSchema, pathSchema } from '../settings/index.ts';

/**
 * A duration, a count and similar values may be templates, which are known only when the step runs.
 */
const number = z.union([z.number().nonnegative(), z.string()]);
const texts = z.union([z.string(), z.array(z.string())]);
const capture = z.strictObject({
  json: z.string().optional(),
  regexp: z.string().optional(),
  group: z.union([z.string(), z.number()]).optional(),
  header: z.string().optional(),
  as: z.string(),
  strict: z.boolean().optional(),
});
const captures = z.union([capture, z.array(capture)]);
const headers = z.record(z.string(), z.union([z.string(), z.number()]));

/** The settings of each step. The `steps` of steps that contain others are checked one by one. */
export const stepSchemas = {
  connect: z.union([
    z.null(),
    z.string(),
    z.strictObject({
      /** An absolute URL, or a path that is added to the endpoint. The endpoint if absent. */
      url: z.string().optional(),
      headers: headers.optional(),
      subprotocols: texts.optional(),
      query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
      timeout: number.optional(),
    }),
  ]),
  send: z.unknown(),
  expect: expectationSchema.extend({ timeout: number.optional(), capture: captures.optional() }),
  subscribe: z.union([
    texts,
    z.strictObject({
      channels: texts,
      send: z.unknown().optional(),
      response: expectationSchema.optional(),
      timeout: number.optional(),
      /** The channels on which the server pushes from the handshake on, without a subscription. */
      passive: z.boolean().optional(),
      /**
       * The reader has come back, and the server replays the messages that were published
       * meanwhile.
       */
      resume: z.boolean().optional(),
    }),
  ]),
  unsubscribe: z.union([texts, z.strictObject({ channels: texts, timeout: number.optional() })]),
  hold: z.union([
    number,
    z.strictObject({
      for: number,
      /** Ends early after this many `publish` steps of the run have ended. */
      publishers: number.optional(),
      /** Ends early after this signal was given, or given `times` times. */
      signal: z.string().optional(),
      times: number.optional(),
      /** Connects and subscribes again if the server ends the connection. */
      reconnect: z.boolean().optional(),
    }),
  ]),
  stall: number,
  wait: z.strictObject({ subscribers: number, timeout: number.optional() }),
  publish: z.strictObject({
    url: z.string(),
    method: z.string().optional(),
    headers: headers.optional(),
    json: z.unknown().optional(),
    body: z.string().optional(),
    channel: z.string().optional(),
    /**
     * `$.path` in the response, or a text that the request contains. `{{ messageId }}` if absent.
     */
    id: z.string().optional(),
    sign: z
      .union([z.boolean(), z.strictObject({ service: z.string(), region: z.string() })])
      .optional(),
    /** Messages a second, at times that are fixed in advance, however long responses take. */
    rate: number.optional(),
    for: number.optional(),
    count: number.optional(),
    timeout: number.optional(),
    capture: captures.optional(),
    beforeRequest: z.string().optional(),
  }),
  request: z.strictObject({
    /** Requests with the same name are timed together. */
    name: z.string(),
    url: z.string(),
    method: z.string().optional(),
    headers: headers.optional(),
    json: z.unknown().optional(),
    body: z.string().optional(),
    sign: z
      .union([z.boolean(), z.strictObject({ service: z.string(), region: z.string() })])
      .optional(),
    timeout: number.optional(),
    capture: captures.optional(),
    beforeRequest: z.string().optional(),
  }),
  signal: z.string(),
  think: number,
  loop: z.array(z.unknown()),
  parallel: z.array(z.unknown()),
  crowd: z.strictObject({
    count: number,
    over: number.optional(),
    steps: z.array(z.unknown()),
  }),
  function: z.string(),
  log: z.string(),
  close: z.union([
    z.null(),
    z.strictObject({ code: z.number().optional(), reason: z.string().optional() }),
  ]),
  vanish: z.union([z.null(), z.strictObject({})]),
} as const;

export type StepName = keyof typeof stepSchemas;

/** The settings that may be combined with a step's name. */
export const besides: Partial<Record<StepName, z.ZodObject>> = {
  loop: z.strictObject({
    count: number.optional(),
    over: z.union([z.string(), z.array(z.unknown())]).optional(),
    whileTrue: z.string().optional(),
    loopValue: z.string().optional(),
    loopElement: z.string().optional(),
  }),
};

export type StepInput = {
  [K in StepName]: { readonly name: K; readonly input: z.infer<(typeof stepSchemas)[K]> };
}[StepName];

export { pathSchema };
