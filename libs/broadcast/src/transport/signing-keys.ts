import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** The service that `@connections` and HTTP APIs are signed for. */
export const SERVICE = 'execute-api';

/**
 * The signing keys of the current day and secret. A key is valid for one day, region and service.
 * sam-offline derives its keys with code of its own (`tools/sam-offline/src/signature`), so a
 * mistake in one of the two shows.
 */
export class SigningKeys {
  #of = '';
  #key: KeyObject | undefined;

  get(secretAccessKey: string, date: string, region: string): KeyObject {
    const of = `${date}/${region}/${secretAccessKey}`;
    if (this.#key === undefined || of !== this.#of) {
      this.#key = createSecretKey(
        [date, region, SERVICE, 'aws4_request'].reduce<Buffer>(
          (key, part) => createHmac('sha256', key).update(part).digest(),
          Buffer.from(`AWS4${secretAccessKey}`),
        ),
      );
      this.#of = of;
    }
    return this.#key;
  }
}

/** Percent-encodes all but RFC 3986's unreserved characters, as SigV4 requires. */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
