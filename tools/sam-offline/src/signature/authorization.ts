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

/** What a request says about its signature, wherever it says it. */
export interface Authorization extends CredentialScope {
  /** Lower-case names, joined by semicolons, as they stand in the request. */
  readonly signedHeaders: string;
  /** 64 hexadecimal digits. */
  readonly signature: string;
  /** `20261123T080936Z` */
  readonly timestamp: string;
  readonly sessionToken?: string;
  /** Seconds that a presigned URL lives; absent for the `Authorization` header. */
  readonly expiresSeconds?: number;
}

/**
 * Reads the scope out of the `Authorization` header or a presigned query, and nothing else: cheap
 * enough to route every request by the service in it. Undefined when the request has no scope to read.
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
    // A bearer token, or anything else: API Gateway reads the header as SigV4's all the same.
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
  // One week: "Authenticating Requests: Using Query Parameters" of the SigV4 reference.
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

export function parseCredential(credential: string): CredentialScope | undefined {
  // An access key id may not contain a slash, a service or region neither.
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

/** `X-Amz-Date` wins over `Date`, which may be in either form. */
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

/** The first value of each key, decoded. */
function queryParameters(query: string): URLSearchParams {
  // '+' stands for itself in SigV4: the standard form decoding would make it a space.
  return new URLSearchParams(query.replaceAll('+', '%2B'));
}
