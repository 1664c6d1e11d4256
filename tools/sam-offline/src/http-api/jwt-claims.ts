import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { Json } from 'aws-jwt-verify/safe-json-parse';

/** The scopes in `scope` (a list with spaces) or `scp` (the same, or an array). */
export function scopesOf(payload: JwtPayload): string[] {
  const claim: unknown = payload.scope ?? payload.scp;
  if (Array.isArray(claim)) return claim.filter((one) => typeof one === 'string');
  return typeof claim === 'string' ? claim.split(' ').filter((one) => one !== '') : [];
}

/** The claims of a token, as events of HTTP APIs have them. */
export function claimTexts(payload: JwtPayload): Record<string, string> {
  const claims: Record<string, string> = {};
  for (const [name, value] of Object.entries(payload)) claims[name] = claimText(value);
  return claims;
}

/**
 * A claim as events carry it: always text. Lists are `[a b]` and objects `map[key:value]`, the way
 * Go prints them (`"cognito:groups": "[admin editors]"`).
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
