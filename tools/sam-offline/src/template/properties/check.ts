import type { Diagnostics } from '../diagnostics.ts';
import type { JsonObject, Path } from '../json.ts';
import { didYouMean } from '../../suggestions.ts';
import type { PropertyList } from './property-list.ts';
import { allNames } from './property-list.ts';

/**
 * Reports names that are not properties, as CloudFormation refuses them, and warns of properties that
 * change what happens on AWS and are not emulated.
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
      diagnostics.error([...path, name], `unknown property \`${name}\`${hint}`);
    }
  }
}
