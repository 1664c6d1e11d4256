/** @jest-environment node */
import { commentBodySchema, postBodySchema, titleSchema } from '@blogapp/shared-types/rest';
import { commentFault, postBodyFault, titleFault } from './text-faults.ts';

test.each(['', ' \n', '\u200b', 'a', 'e\u0301'.repeat(200), '😀'.repeat(200), '😀'.repeat(201)])(
  'says of a title what the API says: %j',
  (title) => {
    expect(titleFault(title) === undefined).toBe(titleSchema.safeParse(title).success);
  },
);

test.each(['', 'x'.repeat(102_400), 'é'.repeat(51_201), 'a\r\nb'])(
  'says of a text what the API says',
  (body) => {
    expect(postBodyFault(body) === undefined).toBe(postBodySchema.safeParse(body).success);
  },
);

test.each(['\u3164', 'x'.repeat(5_000), 'x'.repeat(5_001)])(
  'says of a comment what the API says',
  (body) => {
    expect(commentFault(body) === undefined).toBe(commentBodySchema.safeParse(body).success);
  },
);
