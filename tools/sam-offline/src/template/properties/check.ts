import type { Diagnostics } from '../diagnostics.ts';
import type { JsonObject, Path } from '../json.ts';
import { didYouMean } from '../../suggestions.ts';
import type { PropertyList } from './property-list.ts';
import { allNames } from './property-list.ts';

/**
 * Reports misspelt property names, which CloudFormation rejects, and warns about properties that
 * have an effect on AWS but are not emulated. A name that is not similar to one of the list may be
 * newer than the list, so it is only a warning.
 */
export function checkNames(
  properties: JsonObject,
  list: PropertyList,
  path: Path,
  diagnostics: Diagnostics,
): void {
  const known = allNames(list);
  for (const name of Object.keys(properties)) {
    const missing = list.notEmulated?.[name];
    if (missing !== undefined) {
      diagnostics.warn([...path, name], `not emulated: ${missing}`);
    } else if (!known.includes(name)) {
      const hint = didYouMean(name, known);
      if (hint !== '') diagnostics.error([...path, name], `unknown property \`${name}\`${hint}`);
      else {
        diagnostics.warn(
          [...path, name],
          `unknown property \`${name}\`: it has no effect here, and CloudFormation rejects it unless it is newer than this version of sam-offline`,
        );
      }
    }
  }
}
