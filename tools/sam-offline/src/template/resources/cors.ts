import type { Cors } from '../model.ts';
import { cors as corsProperties } from '../properties/index.ts';
import type { Reader } from '../reader.ts';

/** The maximum age for Function URLs and HTTP APIs, in seconds: 24 hours. */
const maximumAgeSeconds = 86_400;

/** Reads `Cors` of a Function URL, or `CorsConfiguration` of an HTTP API. */
export function corsOf(properties: Reader, name: string): Cors | undefined {
  const map = properties.map(name)?.check(corsProperties);
  if (map === undefined) return undefined;
  const allowOrigins = map.texts('AllowOrigins') ?? [];
  const allowCredentials = map.boolean('AllowCredentials') ?? false;
  if (allowCredentials && allowOrigins.includes('*')) {
    map.diagnostics.error(map.path, 'AllowCredentials cannot be true if AllowOrigins has "*"');
  }
  const maxAge = map.number('MaxAge', { unit: 'seconds', minimum: -1, maximum: maximumAgeSeconds });
  return {
    allowOrigins,
    allowMethods: map.texts('AllowMethods') ?? [],
    allowHeaders: map.texts('AllowHeaders') ?? [],
    exposeHeaders: map.texts('ExposeHeaders') ?? [],
    allowCredentials,
    ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
  };
}
