import { channelSchema } from '@blogapp/shared-types';
import * as z from 'zod';

/** `all`, or `post:` and a ULID, as `isChannel` accepts. */
const CHANNEL_PATTERN = '^(all|post:[0-7][0-9A-HJKMNP-TV-Z]{25})$';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * A schema of the wire protocol as JSON Schema (draft 7, of which AsyncAPI's schemas are a
 * superset). A function checks channels there, which a generator can not convert: so their pattern
 * is given here.
 */
export function wireSchema(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if ((zodSchema as unknown) === channelSchema) {
        Object.assign(jsonSchema, { type: 'string', pattern: CHANNEL_PATTERN });
      }
    },
  });
  return json;
}

/** The members of a discriminated union, by the value that distinguishes them. */
export function membersOf(
  union: { readonly def: { readonly options: readonly z.core.$ZodType[] } },
  discriminator: string,
): ReadonlyMap<string, JsonSchema> {
  return new Map(
    union.def.options.map((option) => {
      const schema = wireSchema(option);
      const properties = schema.properties as Record<string, { readonly const?: unknown }>;
      return [String(properties[discriminator]?.const), schema] as const;
    }),
  );
}
