import { isObject } from '../json.ts';
import { Reader } from '../reader.ts';

/** `Cors` of a REST API. The values are the header values, not lists. */
export interface RestCors {
  readonly allowOrigin: string;
  /** The allowed methods. If absent, they are the methods of the path. */
  readonly allowMethods?: string;
  readonly allowHeaders?: string;
  readonly maxAge?: string;
  readonly allowCredentials: boolean;
}

/**
 * Reads `Cors` of a REST API: an origin, or a map of strings with their own quotation marks
 * (`"'GET,POST'"`), because API Gateway reads them as mapping expressions.
 */
export function restCorsOf(properties: Reader): RestCors | undefined {
  const value = properties.value('Cors');
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    const origin = properties.text('Cors', 'an origin such as "\'*\'"');
    return origin === undefined
      ? undefined
      : { allowOrigin: unquoted(origin), allowCredentials: false };
  }
  const map = Reader.forValue(value, properties.at('Cors'), properties.diagnostics).check({
    used: ['AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigin', 'MaxAge'],
  });
  const text = <Name extends string>(
    name: Name,
    property: string,
  ): Partial<Record<Name, string>> => {
    const written = map.text(property);
    return (written === undefined ? {} : { [name]: unquoted(written) }) as Partial<
      Record<Name, string>
    >;
  };
  return {
    // This is SAM's default (`CorsProperties` in samtranslator/model/api/api_generator.py).
    allowOrigin: unquoted(map.text('AllowOrigin') ?? "'*'"),
    ...text('allowMethods', 'AllowMethods'),
    ...text('allowHeaders', 'AllowHeaders'),
    ...text('maxAge', 'MaxAge'),
    allowCredentials: map.boolean('AllowCredentials') ?? false,
  };
}

function unquoted(text: string): string {
  return text.replace(/^'(.*)'$/, '$1');
}
