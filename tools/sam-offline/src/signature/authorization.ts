import { SignatureError } from './signature-error.ts';
import type { RequestHeaders } from './signed-request.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The scope of a signature: `<key id>/<date>/<region>/<service>/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** `20261123` */
  readonly date: string;
  readonly region: string;
  /** `execute-api`, `dynamodb` … */
  readonly service: string;
}

/**
 * A request's signature and its parameters, from the `Authorization` header or from a presigned
 * query.
 */
export interface Authorization extends CredentialScope {
  /** Lower-case header names that are joined by semicolons, as the request has them. */
  readonly signedHeaders: string;
  /** 64 hexadecimal digits. */
  readonly signature: string;
  /** `20261123T080936Z` */
  readonly timestamp: string;
  readonly sessionToken?: string;
  /** How long a presigned URL is valid, in seconds; absent for the `Authorization` header. */
  readonly expiresSeconds?: number;
}

/**
 * Reads only the scope, from the `Authorization` header or a presigned query. This is fast enough
 * to route every request by the service in the scope.
 *
 * @returns undefined if the request has no scope that can be read
 */
export function parseAuthorization(request: {
  readonly headers: RequestHeaders;
  readonly query?: string;
}): CredentialScope | undefined {
  const header = request.headers.authorization;
  if (typeof header === 'string') {
    const start = header.indexOf('Credential=');
    if (start < 0) return undefined;
    const end = header.indexOf(',', start);
    return parseCredential(header.slice(start + 11, end < 0 ? undefined : end).trim());
  }
  if (!request.query?.includes('X-Amz-Credential=')) return undefined;
  const credential = queryParameters(request.query).get('X-Amz-Credential');
  return credential === null ? undefined : parseCredential(credential);
}

/**
 * Reads a request's complete authorization.
 *
 * @throws SignatureError `MissingAuthenticationTokenException` when it is missing,
 *   `IncompleteSignatureException` when a part of it is missing or malformed
 */
export function readAuthorization(headers: RequestHeaders, query: string): Authorization {
  const header = headers.authorization;
  if (typeof header === 'string' && header !== '') return readHeader(header, headers);
  if (query.includes('X-Amz-Algorithm=')) return readQuery(query);
  throw new SignatureError('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

function readHeader(header: string, headers: RequestHeaders): Authorization {
  if (!header.startsWith('AWS4-')) {
    // API Gateway reads every other `Authorization` header as a SigV4 header too, for example a
    // bearer token.
    throw new SignatureError(
      'IncompleteSignatureException',
      `Invalid key=value pair (missing equal-sign) in Authorization header: '${header}'.`,
    );
  }
  if (!header.startsWith(`${ALGORITHM} `)) {
    const algorithm = header.split(' ', 1)[0] ?? header;
    throw new SignatureError(
      'IncompleteSignatureException',
      `Unsupported AWS 'algorithm': '${algorithm}'.`,
    );
  }
  let credential: string | undefined;
  let signedHeaders: string | undefined;
  let signature: string | undefined;
  for (const pair of header.slice(ALGORITHM.length + 1).split(',')) {
    const trimmed = pair.trim();
    const equals = trimmed.indexOf('=');
    if (equals < 0) {
      throw new SignatureError(
        'IncompleteSignatureException',
        `'${trimmed}' not a valid key=value pair (missing equal-sign) in Authorization header: '${header}'.`,
      );
    }
    const name = trimmed.slice(0, equals);
    const value = trimmed.slice(equals + 1);
    if (name === 'Credential') credential = value;
    else if (name === 'SignedHeaders') signedHeaders = value;
    else if (name === 'Signature') signature = value;
  }
  const timestamp = headerTimestamp(headers);
  if (!credential || !signedHeaders || !signature || timestamp === undefined) {
    const missing = [
      credential ? '' : "Authorization header requires 'Credential' parameter. ",
      signature ? '' : "Authorization header requires 'Signature' parameter. ",
      signedHeaders ? '' : "Authorization header requires 'SignedHeaders' parameter. ",
      timestamp === undefined
        ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        : '',
    ].join('');
    throw new SignatureError('IncompleteSignatureException', `${missing}Authorization=${header}`);
  }
  const token = headers['x-amz-security-token'];
  return {
    ...requireCredential(credential),
    signedHeaders,
    signature,
    timestamp,
    ...(typeof token === 'string' ? { sessionToken: token } : {}),
  };
}

function readQuery(query: string): Authorization {
  const parameters = queryParameters(query);
  const algorithm = parameters.get('X-Amz-Algorithm');
  if (algorithm !== ALGORITHM) {
    throw new SignatureError(
      'IncompleteSignatureException',
      `Unsupported AWS 'algorithm': '${algorithm ?? ''}'.`,
    );
  }
  const required = (name: string): string => {
    const value = parameters.get(name);
    if (value) return value;
    throw new SignatureError(
      'IncompleteSignatureException',
      `AWS query-string parameters must include '${name}'. Re-examine the query-string parameters.`,
    );
  };
  const timestamp = required('X-Amz-Date');
  if (!isTimestamp(timestamp)) throw malformedDate(timestamp);
  const expiresSeconds = Number(required('X-Amz-Expires'));
  // The maximum is one week:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0 || expiresSeconds > 604_800) {
    throw new SignatureError(
      'IncompleteSignatureException',
      'X-Amz-Expires must be between 0 and 604800 seconds.',
    );
  }
  const token = parameters.get('X-Amz-Security-Token');
  return {
    ...requireCredential(required('X-Amz-Credential')),
    signedHeaders: required('X-Amz-SignedHeaders'),
    signature: required('X-Amz-Signature'),
    timestamp,
    expiresSeconds,
    ...(token === null ? {} : { sessionToken: token }),
  };
}

/**
 * Reads a scope: `<key id>/<date>/<region>/<service>/aws4_request`.
 * @returns undefined if the text is not a scope
 */
export function parseCredential(credential: string): CredentialScope | undefined {
  // The access key id, the service and the region may not contain a slash.
  const parts = credential.split('/');
  const [accessKeyId, date, region, service, terminator] = parts;
  if (!accessKeyId || !date || !region || !service || parts.length !== 5) return undefined;
  return terminator === 'aws4_request' ? { accessKeyId, date, region, service } : undefined;
}

function requireCredential(credential: string): CredentialScope {
  const scope = parseCredential(credential);
  if (scope !== undefined) return scope;
  throw new SignatureError(
    'IncompleteSignatureException',
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
  );
}

/**
 * Reads the request's time. `X-Amz-Date` takes precedence over `Date`, which may be ISO 8601 or an
 * HTTP date.
 */
function headerTimestamp(headers: RequestHeaders): string | undefined {
  const amzDate = headers['x-amz-date'];
  if (typeof amzDate === 'string') {
    if (isTimestamp(amzDate)) return amzDate;
    throw malformedDate(amzDate);
  }
  const date = headers.date;
  if (typeof date !== 'string') return undefined;
  if (isTimestamp(date)) return date;
  const parsed = Date.parse(date);
  if (Number.isNaN(parsed)) throw malformedDate(date);
  return new Date(parsed).toISOString().replace(/[-:]|\.\d+/g, '');
}

function isTimestamp(text: string): boolean {
  return /^\d{8}T\d{6}Z$/.test(text);
}

function malformedDate(text: string): SignatureError {
  return new SignatureError(
    'IncompleteSignatureException',
    `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  );
}

/** Decodes the query string. */
function queryParameters(query: string): URLSearchParams {
  // In SigV4 a '+' is a plus sign. URLSearchParams would decode it as a space.
  return new URLSearchParams(query.replaceAll('+', '%2B'));
}
