import type { Diagnostics } from './diagnostics.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, show } from './json.ts';
import { didYouMean } from '../suggestions.ts';

const sections = [
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Globals',
  'Hooks',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
  'Transform',
];

const serverless = 'AWS::Serverless-2016-10-31';

export const languageExtensions = 'AWS::LanguageExtensions';

/** The transforms that are applied, or that have no effect here. */
const knownTransforms = [serverless, languageExtensions, 'AWS::CodeDeployBlueGreen'];

/** Checks the sections and macros of a template. */
export function checkSections(template: JsonObject, diagnostics: Diagnostics): void {
  for (const [name, value] of Object.entries(template)) {
    if (!sections.includes(name)) {
      diagnostics.error([name], `unknown section of a template${didYouMean(name, sections)}`);
    }
    const isMap = ['Conditions', 'Mappings', 'Parameters'].includes(name);
    if (isMap && value !== null && !isObject(value)) {
      diagnostics.error([name], `expected a map, got ${show(value)}`);
    }
  }
  const transforms = transformsOf(template);
  for (const text of transforms) {
    if (typeof text === 'string' && knownTransforms.includes(text)) continue;
    diagnostics.warn(['Transform'], `the macro ${show(text)} is not run`);
  }
  const usesSam = Object.values(isObject(template.Resources) ? template.Resources : {}).some(
    (resource) =>
      isObject(resource) &&
      typeof resource.Type === 'string' &&
      resource.Type.startsWith('AWS::Serverless::'),
  );
  if (usesSam && !transforms.includes(serverless)) {
    diagnostics.error([], `expected \`Transform: ${serverless}\`, which AWS::Serverless::* needs`);
  }
}

/** Gives the names of a template's macros. */
export function transformsOf(template: JsonObject): Json[] {
  const transform = template.Transform ?? [];
  const list = Array.isArray(transform) ? transform : [transform];
  return list.map((name) => (isObject(name) ? (name.Name ?? null) : name));
}
