import * as z from 'zod';

export const healthSchema = z
  .object({
    status: z.literal('ok'),
    version: z.string().meta({ example: '0.1.0' }),
    environment: z.enum(['development', 'staging', 'production']),
  })
  .meta({ id: 'Health' });

export const entrySchema = z
  .object({
    name: z.literal('blogapp'),
    version: z.string().meta({ example: '0.1.0' }),
    links: z
      .record(z.string(), z.string())
      .meta({ example: { self: '/', docs: '/docs', openapi: '/openapi.json' } }),
  })
  .meta({ id: 'Entry' });

export type Health = z.output<typeof healthSchema>;
export type Entry = z.output<typeof entrySchema>;
