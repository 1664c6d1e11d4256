import { cbor, dateToTag } from '@smithy/core/cbor';
import { escapeXml } from '../errors.ts';

/**
 * The output of an operation, in the form of no protocol: structures are objects, lists are arrays,
 * maps are `Map`s, times are `Date`s. Members that are undefined are left out.
 */
export type Output =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly Output[]
  | ReadonlyMap<string, Output>
  | { readonly [member: string]: Output };

/**
 * Writes an output as JSON. Numbers that JSON does not have are strings, as in Smithy's JSON
 * protocols. Times are seconds since 1970.
 */
export function toJson(output: Output): string {
  return JSON.stringify(plain(output, (date) => date.getTime() / 1000, jsonNumber));
}

/** Writes an output as CBOR. */
export function toCbor(output: Output): Uint8Array {
  return cbor.serialize(plain(output, dateToTag, (value) => value));
}

/** Writes the members of a structure as XML of the Query protocol. Times are in ISO 8601. */
export function toXml(output: Output): string {
  if (output === undefined) return '';
  if (output instanceof Date) return output.toISOString();
  if (isList(output)) {
    return output.map((element) => `<member>${toXml(element)}</member>`).join('');
  }
  if (isMap(output)) {
    return [...output]
      .map(
        ([key, value]) =>
          `<entry><key>${escapeXml(key)}</key><value>${toXml(value)}</value></entry>`,
      )
      .join('');
  }
  if (typeof output === 'object') {
    return Object.entries(output)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `<${name}>${toXml(value)}</${name}>`)
      .join('');
  }
  return typeof output === 'string' ? escapeXml(output) : String(output);
}

function plain(
  output: Output,
  ofDate: (date: Date) => unknown,
  ofNumber: (value: number) => unknown,
): unknown {
  if (output instanceof Date) return ofDate(output);
  if (typeof output === 'number') return ofNumber(output);
  if (typeof output !== 'object') return output;
  if (isList(output)) return output.map((element) => plain(element, ofDate, ofNumber));
  const members = isMap(output) ? [...output] : Object.entries(output);
  return Object.fromEntries(
    members
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, plain(value, ofDate, ofNumber)]),
  );
}

function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function isList(output: object | string | number | boolean): output is readonly Output[] {
  return Array.isArray(output);
}

function isMap(output: object | string | number | boolean): output is ReadonlyMap<string, Output> {
  return output instanceof Map;
}
