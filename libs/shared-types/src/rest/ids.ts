import * as z from 'zod';
import { ULID_PATTERN } from '../wire-protocol/index.ts';

/** @param description for the OpenAPI document, like `example` */
export const ulidIdSchema = (description: string, example: string) =>
  z.string().regex(ULID_PATTERN, 'is not a ULID').meta({ description, example });

export const postIdSchema = ulidIdSchema(
  'A ULID: it begins with the time when it was made.',
  '01KAR6M0G0A1B2C3D4E5F6G7H8',
);
export const commentIdSchema = ulidIdSchema(
  'A ULID: it begins with the time when it was made.',
  '01KAR6PVZ0Z9Y8X7W6V5T4S3R2',
);

export const userIdSchema = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: "The user's Firebase uid.", example: 'nBHhHhVSYDaX5mJOaOHHNU4aBUQ2' });
