import type { Diagnostics } from '../diagnostics.ts';
import type { JsonObject, Path } from '../json.ts';
import { didYouMean } from '../../suggestions.ts';
import type { PropertyList } from './property-list.ts';
import { allNames } from './property-list.ts';

/**
 * Reports misspelt names, as CloudFormation refuses them, and warns of properties that change what happens on AWS and are
 * not emulated. A name that is like none of the list may be newer than the list, so it is no reason not to start.
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
          `unknown property \`${name}\`: nothing is done with it; CloudFormation refuses it, unless it is newer than this version of sam-offline`,
        );
      }
    }
  }
}
