import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { Json } from 'aws-jwt-verify/safe-json-parse';

/** Reads the scopes from `scope` (separated by spaces) or `scp` (the same, or an array). */
export function scopesOf(payload: JwtPayload): string[] {
  const claim: unknown = payload.scope ?? payload.scp;
  if (Array.isArray(claim)) return claim.filter((one) => typeof one === 'string');
  return typeof claim === 'string' ? claim.split(' ').filter((one) => one !== '') : [];
}

/** Converts the claims of a token to the form in events of HTTP APIs. */
export function claimTexts(payload: JwtPayload): Record<string, string> {
  const claims: Record<string, string> = {};
  for (const [name, value] of Object.entries(payload)) claims[name] = claimText(value);
  return claims;
}

/**
 * Converts a claim to a string. Lists become `[a b]` and objects become `map[key:value]`, as Go
 * prints them (`"cognito:groups": "[admin editors]"`).
 */
function claimText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => `${name}:${claimText(one)}`);
    return `map[${entries.join(' ')}]`;
  }
  return value === null ? '<nil>' : String(value);
}
