import { z } from 'zod';

export const topicArn = z.string('is not a string');

/** A map of the Query protocol. An empty map is an empty string. */
export const textMap = z.union([
  z.record(z.string(), z.string()),
  z.literal('').transform(() => ({})),
]);

const attribute = z
  .object({
    DataType: z.string('is not a string').min(1, 'is empty'),
    StringValue: z.string().optional(),
    BinaryValue: z.string().optional(),
  })
  .transform(({ DataType, StringValue, BinaryValue }) => ({
    DataType,
    ...(StringValue !== undefined && { StringValue }),
    ...(BinaryValue !== undefined && { BinaryValue }),
  }));

const attributes = z.record(z.string(), attribute).optional();

const message = {
  Message: z.string('is not a string'),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: attributes,
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
};

function publicationOf(input: z.output<z.ZodObject<typeof message>>) {
  return {
    message: input.Message,
    subject: input.Subject,
    structure: input.MessageStructure,
    attributes: input.MessageAttributes ?? {},
    messageGroupId: input.MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
  };
}

export const publishInput = z
  .object({ ...message, TopicArn: topicArn.optional(), TargetArn: topicArn.optional() })
  .transform((input, context) => {
    const arn = input.TopicArn ?? input.TargetArn;
    if (arn !== undefined) return { topicArn: arn, ...publicationOf(input) };
    // A call with a PhoneNumber is rejected, because this machine cannot send text messages.
    context.addIssue({ code: 'custom', path: ['TopicArn'], message: 'is missing', input });
    return z.NEVER;
  });

export const publishBatchInput = z
  .object({
    TopicArn: topicArn,
    PublishBatchRequestEntries: z
      .array(z.object({ ...message, Id: z.string().regex(/^[\w-]{1,80}$/, 'is not an id') }))
      .min(1, 'is empty')
      .max(10, 'has more than 10 entries'),
  })
  .transform(({ TopicArn, PublishBatchRequestEntries: given }, context) => {
    const entries = given.map((entry) => ({ id: entry.Id, ...publicationOf(entry) }));
    if (new Set(entries.map(({ id }) => id)).size < entries.length) {
      context.addIssue({
        code: 'custom',
        path: ['PublishBatchRequestEntries'],
        message: 'contains the same Id twice',
      });
    }
    return { TopicArn, entries };
  });
