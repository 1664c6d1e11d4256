import * as z from 'zod';
import * as described from '../rest/index.ts';
import * as small from './index.ts';

/** Keywords that describe a schema, and check nothing. */
const DESCRIPTIONS = new Set(['id', 'description', 'example', '$schema']);

/** The JSON Schema of a schema, without descriptions and names. */
function checksOf(schema: z.core.$ZodType): unknown {
  const json = z.toJSONSchema(schema, { reused: 'inline' });
  const definitions: Readonly<Record<string, unknown>> = json.$defs ?? {};
  const bare = (value: unknown, isSchema: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => bare(item, true));
    if (typeof value !== 'object' || value === null) return value;
    if (isSchema && '$ref' in value) return bare(definitions[String(value.$ref).slice(8)], true);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !isSchema || (!DESCRIPTIONS.has(name) && name !== '$defs'))
        .map(([name, part]) => [name, bare(part, name !== 'properties' || !isSchema)]),
    );
  };
  return bare(json, true);
}

const names = (Object.keys(small) as (keyof typeof small)[]).filter((name) =>
  name.endsWith('Schema'),
) as Exclude<keyof typeof small, 'PROBLEM_TYPE_BASE'>[];

test.each(names)('%s checks what the documented schema checks', (name) => {
  const expected = checksOf(described[name]);
  expect(expected).toHaveProperty('properties');
  expect(checksOf(small[name])).toEqual(expected);
});
