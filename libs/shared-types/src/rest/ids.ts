import * as z from 'zod';
import { ULID_PATTERN } from '../wire-protocol/ulid-pattern.ts';

const id = (description: string, example: string) =>
  z.string().regex(ULID_PATTERN, 'is not a ULID').meta({ description, example });

export const postIdSchema = id(
  'A ULID: it begins with when it was made.',
  '01KAR6M0G0A1B2C3D4E5F6G7H8',
);
export const commentIdSchema = id(
  'A ULID: it begins with when it was made.',
  '01KAR6PVZ0Z9Y8X7W6V5T4S3R2',
);

export const userIdSchema = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: "The user's Firebase uid.", example: 'nBHhHhVSYDaX5mJOaOHHNU4aBUQ2' });

export const timeSchema = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, in UTC.', example: '2026-11-23T08:00:00.000Z' });

export const authorNameSchema = z
  .string()
  .meta({ description: "The author's display name, from their token.", example: 'Aiko' });

export const changeIdSchema = id(
  'Of its latest change: the id of the event that the change causes. The greatest one that a client has seen is what it gives as `since` when it subscribes to the channel of the post.',
  '01KAR6PVZ0M1N2P3Q4R5S6T7V8',
);
