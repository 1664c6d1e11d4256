import { isObject } from '../json.ts';
import { Reader } from '../reader.ts';

/** `Cors` of a REST API: the texts of the headers, and so no lists. */
export interface RestCors {
  readonly allowOrigin: string;
  /** Absent: the methods that a path has. */
  readonly allowMethods?: string;
  readonly allowHeaders?: string;
  readonly maxAge?: string;
  readonly allowCredentials: boolean;
}

/**
 * `Cors` of a REST API: an origin, or a map of texts that carry quotes of their own
 * (`"'GET,POST'"`), because API Gateway takes them as mapping expressions.
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
    // SAM's default (`CorsProperties` in samtranslator/model/api/api_generator.py).
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
