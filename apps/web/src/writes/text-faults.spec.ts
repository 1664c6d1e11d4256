/** @jest-environment node */
import { commentBodySchema, postBodySchema, titleSchema } from '@blogapp/shared-types/rest';
import { commentFault, postBodyFault, titleFault } from './text-faults.ts';

test.each(['', ' \n', '\u200b', 'a', 'e\u0301'.repeat(200), '😀'.repeat(200), '😀'.repeat(201)])(
  'finds the same faults of a title as the API: %j',
  (title) => {
    expect(titleFault(title) === undefined).toBe(titleSchema.safeParse(title).success);
  },
);

test.each(['', 'x'.repeat(102_400), 'é'.repeat(51_201), 'a\r\nb'])(
  'finds the same faults of a text as the API',
  (body) => {
    expect(postBodyFault(body) === undefined).toBe(postBodySchema.safeParse(body).success);
  },
);

test.each(['\u3164', 'x'.repeat(5_000), 'x'.repeat(5_001)])(
  'finds the same faults of a comment as the API',
  (body) => {
    expect(commentFault(body) === undefined).toBe(commentBodySchema.safeParse(body).success);
  },
);
