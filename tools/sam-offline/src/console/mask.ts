/** The text that replaces a secret. */
export const MASK = '••••••';

const SECRET_KEY =
  /^(?:.*[-_.])?(?:authorization|cookies?|set-cookie|(?:.*)token|(?:.*)secret(?:key)?|(?:.*)password|passwd|api[-_]?key|x-api-key|private[-_]?key|credentials?|session[-_]?id)$/i;

/** Names that end like names of secrets but are not: tokens for the next page of a list. */
const NO_SECRET = /^(?:next|continuation|pagination|page|client[-_]?request)[-_]?token$/i;

/**
 * A JSON Web Token anywhere in a text, such as a query string or a log line. It must begin where a
 * word begins, so that a line of 10 MB is not read again from each of its words.
 */
const JWT = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{4,}/gi;
const IN_QUERY =
  /((?:^|[?&;\s"'])(?:access_|id_|refresh_)?(?:token|authorization|api_?key|password|secret)=)[^&;\s"']+/gi;
/**
 * A member of JSON text within JSON: `"authorization":"…"`, with or without backslashes before the
 * quotes.
 */
const IN_JSON_TEXT =
  /(?<!\\)(\\*"(?:[\w.-]*(?:authorization|cookies?|password|secret)|(?:[\w.]*[-_])?token|(?:access|id|refresh)[-_]?token)\\*"\s*:\s*\\*")[^"\\]+/gi;

/** Masks what looks like a secret in a text. */
export function maskText(text: string): string {
  return text
    .replace(JWT, MASK)
    .replace(BEARER, `$1 ${MASK}`)
    .replace(IN_QUERY, `$1${MASK}`)
    .replace(IN_JSON_TEXT, `$1${MASK}`);
}

/**
 * Copies a JSON value with its secrets masked. They are recognized by the names of authorization
 * headers, cookies, tokens and passwords, and tokens by their form at any other place.
 */
export function maskSecrets(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecretName(key) ? maskedWhole(inner) : maskSecrets(inner),
    ]),
  );
}

/** Whether a header, variable or field with this name has a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name) && !NO_SECRET.test(name);
}

function maskedWhole(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') return MASK;
  if (Array.isArray(value)) return value.map(maskedWhole);
  // A secret may be nested, as in `cookies: {session: …}` or `token: {kind: …}`, so every text in
  // it is masked.
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskedWhole(inner)]),
    );
  }
  return value;
}
