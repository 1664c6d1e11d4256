import type { Stack } from '../../template/index.ts';

/** The name of an API. `aliases` are its display name and its id. */
export interface ApiName {
  readonly source: string;
  readonly aliases: readonly string[];
}

/**
 * Names APIs by their logical ids in the template, since their generated ids mean nothing to a
 * reader.
 */
export class ApiNames {
  readonly #byId: ReadonlyMap<string, ApiName>;

  constructor({ httpApis, webSocketApis }: Pick<Stack, 'httpApis' | 'webSocketApis'>) {
    this.#byId = new Map(
      [...httpApis, ...webSocketApis].map(({ apiId, logicalId, name }) => [
        apiId,
        { source: logicalId, aliases: [name, apiId] },
      ]),
    );
  }

  /**
   * @param apiId the id of an API of this stack; the id of another one, from an earlier run with
   *   another template, is returned unchanged
   */
  of(apiId: string): ApiName {
    return this.#byId.get(apiId) ?? { source: apiId, aliases: [] };
  }
}
