import * as z from 'zod/mini';
import { ULID_PATTERN } from './ulid-pattern.ts';

export const ulidSchema = z.string().check(z.regex(ULID_PATTERN, 'expected a ULID'));
