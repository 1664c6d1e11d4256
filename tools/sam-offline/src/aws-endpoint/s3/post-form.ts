import type { AwsCall } from '../call.ts';
import { S3Error } from './responses.ts';

/** The form of a POST Object request, which a browser sends to a bucket. */
export interface PostForm {
  /** The fields by their lower-case names. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileBytes: number;
  readonly fileName: string;
  /** The key, in which `${filename}` is replaced by the file's name. */
  readonly key: string;
}

/**
 * Reads a form.
 * @throws S3Error if the body is not a form, or has no key or no file
 */
export function readPostForm(call: AwsCall): PostForm {
  const fields = new Map<string, string>();
  let file: FormPart | undefined;
  for (const part of partsOf(call)) {
    if (part.name.toLowerCase() === 'file') {
      file = part;
      // "any fields after it are ignored"
      break;
    }
    fields.set(part.name.toLowerCase(), part.content.toString('utf8'));
  }
  const key = fields.get('key');
  if (key === undefined) throw invalid("Bucket POST must contain a field named 'key'.");
  if (file === undefined) throw invalid('POST requires exactly one file upload per request.');
  const fileName = file.fileName.replace(/^.*[/\\]/, '');
  return {
    ...{ fields, fileName, fileBytes: file.content.length },
    key: key.replaceAll('${filename}', fileName),
  };
}

interface FormPart {
  readonly name: string;
  readonly fileName: string;
  readonly content: Buffer;
}

/** Splits a form into its parts (RFC 7578). */
function partsOf({ headers, body }: AwsCall): FormPart[] {
  const contentType = headers['content-type'] ?? '';
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = Buffer.from(`--${quoted ?? plain ?? ''}`);
  const parts: FormPart[] = [];
  let start = body.indexOf(boundary);
  if (start < 0 || (quoted ?? plain) === undefined) throw malformed();
  for (;;) {
    start += boundary.length;
    const end = body.indexOf(boundary, start);
    if (end < 0) return parts;
    const headEnd = body.indexOf('\r\n\r\n', start);
    if (headEnd < 0 || headEnd > end) throw malformed();
    const head = body.toString('utf8', start, headEnd);
    const [, name] = /content-disposition:[^\r\n]*;\s*name="([^"]*)"/i.exec(head) ?? [];
    if (name === undefined) throw malformed();
    const [, fileName = ''] = /;\s*filename="([^"]*)"/i.exec(head) ?? [];
    parts.push({ name, fileName, content: body.subarray(headEnd + 4, end - 2) });
    start = end;
  }
}

function malformed(): S3Error {
  return new S3Error(
    400,
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  );
}

/** The fields that need no condition in the policy. */
const EXEMPT = new Set(['x-amz-signature', 'signature', 'file', 'policy', 'awsaccesskeyid']);

/**
 * Checks a form against its signed policy. Each field needs a condition, and each condition has to
 * be true (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).
 *
 * @throws S3Error if the form does not match the policy
 */
export function checkPolicy(form: PostForm, bucket: string, nowMs: number): void {
  const { expiration, conditions } = parsePolicy(form.fields.get('policy') ?? '');
  if (!(Date.parse(expiration) > nowMs)) throw denied('Policy expired.');
  const valueOf = (name: string): string =>
    name === 'bucket' ? bucket : name === 'key' ? form.key : (form.fields.get(name) ?? '');
  const mentioned = new Set<string>(['bucket']);
  for (const condition of conditions) {
    const text = JSON.stringify(condition);
    const failed = (): S3Error => denied(`Policy Condition failed: ${text}`);
    if (!Array.isArray(condition)) {
      for (const [name, expected] of Object.entries(condition)) {
        mentioned.add(name.toLowerCase());
        if (valueOf(name.toLowerCase()) !== expected) throw failed();
      }
      continue;
    }
    const [operator, first, second] = condition as readonly unknown[];
    if (operator === 'content-length-range') {
      const [minimum, maximum] = [Number(first), Number(second)];
      if (form.fileBytes > maximum) {
        throw new S3Error(
          400,
          'EntityTooLarge',
          'Your proposed upload exceeds the maximum allowed size',
        );
      }
      if (form.fileBytes < minimum) {
        throw new S3Error(
          400,
          'EntityTooSmall',
          'Your proposed upload is smaller than the minimum allowed size',
        );
      }
      continue;
    }
    const name = String(first).replace(/^\$/, '').toLowerCase();
    const expected = String(second);
    mentioned.add(name);
    const value = valueOf(name);
    const holds = operator === 'starts-with' ? value.startsWith(expected) : value === expected;
    if (!holds || (operator !== 'starts-with' && operator !== 'eq')) throw failed();
  }
  for (const name of form.fields.keys()) {
    const isExempt = EXEMPT.has(name) || name.startsWith('x-ignore-') || mentioned.has(name);
    if (!isExempt) throw denied(`Extra input fields: ${name}`);
  }
}

interface PostPolicy {
  readonly expiration: string;
  readonly conditions: readonly (Readonly<Record<string, string>> | readonly unknown[])[];
}

function parsePolicy(encoded: string): PostPolicy {
  try {
    const policy = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as PostPolicy;
    if (typeof policy.expiration === 'string' && Array.isArray(policy.conditions)) return policy;
  } catch {
    // Refused below.
  }
  throw new S3Error(400, 'InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.');
}

function invalid(message: string): S3Error {
  return new S3Error(400, 'InvalidArgument', message);
}

function denied(detail: string): S3Error {
  return new S3Error(403, 'AccessDenied', `Invalid according to Policy: ${detail}`);
}
