import { isObject } from '../json.ts';
import type { Cors } from '../model.ts';
import { Reader } from '../reader.ts';

/**
 * `Cors` of a REST API: an origin, or a map of texts that carry quotes of their own
 * (`"'GET,POST'"`), because API Gateway takes them as mapping expressions.
 */
export function restCorsOf(properties: Reader): Cors | undefined {
  const value = properties.value('Cors');
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    const origin = properties.text('Cors', 'an origin such as "\'*\'"');
    return origin === undefined ? undefined : corsFrom({ allowOrigins: list(origin) });
  }
  const map = Reader.forValue(value, properties.at('Cors'), properties.diagnostics).check({
    used: ['AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigin', 'MaxAge'],
  });
  const maximumAge = Number(unquoted(map.text('MaxAge') ?? ''));
  return corsFrom({
    allowOrigins: list(map.text('AllowOrigin') ?? ''),
    allowMethods: list(map.text('AllowMethods') ?? ''),
    allowHeaders: list(map.text('AllowHeaders') ?? ''),
    allowCredentials: map.boolean('AllowCredentials') ?? false,
    ...(map.has('MaxAge') && Number.isInteger(maximumAge) ? { maxAgeSeconds: maximumAge } : {}),
  });
}

function corsFrom(cors: Partial<Cors>): Cors {
  return {
    allowOrigins: [],
    allowMethods: [],
    allowHeaders: [],
    exposeHeaders: [],
    allowCredentials: false,
    ...cors,
  };
}

function list(text: string): string[] {
  return unquoted(text)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function unquoted(text: string): string {
  return text.replace(/^'(.*)'$/, '$1');
}
