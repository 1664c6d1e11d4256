/** What stands in the place of a secret. */
export const MASK = '••••••';

const SECRET_KEY =
  /^(?:.*[-_.])?(?:authorization|cookies?|set-cookie|(?:.*)token|(?:.*)secret(?:key)?|(?:.*)password|passwd|api[-_]?key|x-api-key|private[-_]?key|credentials?|session[-_]?id)$/i;

/** Names that end like those of secrets and are none: what pages of lists are continued with. */
const NO_SECRET = /^(?:next|continuation|pagination|page|client[-_]?request)[-_]?token$/i;

/**
 * A JSON Web Token, wherever it stands: in a query string, in a log line. It begins only where a word
 * begins, so that a line of 10 MB is not read anew from each of its words.
 */
const JWT = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{4,}/gi;
const IN_QUERY =
  /((?:^|[?&;\s"'])(?:access_|id_|refresh_)?(?:token|authorization|api_?key|password|secret)=)[^&;\s"']+/gi;
/** A part of JSON text in JSON: `"authorization":"…"`, with or without backslashes before the quotes. */
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
 * A copy of a JSON value in which secrets are masked: what authorization headers, cookies, tokens and
 * passwords hold by their names, and tokens by their looks anywhere else.
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

/** Whether a header, variable or field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name) && !NO_SECRET.test(name);
}

function maskedWhole(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') return MASK;
  if (Array.isArray(value)) return value.map(maskedWhole);
  // `cookies: {session: …}`, but also `token: {kind: …}`: every text in it may be the secret.
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskedWhole(inner)]),
    );
  }
  return value;
}
