import type { Diagnostics } from './diagnostics.ts';
import type { Globals } from './globals.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject, show } from './json.ts';
import { didYouMean } from '../suggestions.ts';

/** A resource of the template, or one that SAM generates from another resource. */
export interface ResourceEntry {
  readonly logicalId: string;
  readonly type: string;
  /** The properties after `Globals` were applied. Intrinsic functions are not resolved. */
  readonly properties: JsonObject;
  /** The path of the properties in the template. */
  readonly path: Path;
  /** The attribute `Metadata`, which may have `DockerContext` and `Dockerfile`. */
  readonly metadata: JsonObject;
  readonly condition?: string;
  /** The attribute `Connectors`: connectors that start from this resource. */
  readonly connectors?: JsonObject;
  /** The ids in `DependsOn`, on which the resource depends in addition to `references`. */
  readonly dependsOn: readonly string[];
  /**
   * The value with the resource's references, by default its properties. The references of a SAM
   * resource are distributed to the resources that it generates.
   */
  readonly references?: Json;
  /** The functions whose ARNs SAM writes into the API's definition because of their events. */
  readonly embeds?: readonly string[];
  /** The id of the SAM resource that it was generated from. */
  readonly generatedBy?: string;
  /** The names that generated properties have in the template: `EventSourceArn` → `Stream`. */
  readonly writtenAs?: Readonly<Record<string, string>>;
}

// `Version` is for custom resources. `Description` is not documented, but CloudFormation accepts
// it, and the CDK writes it.
const attributes = [
  'Condition',
  'Connectors',
  'CreationPolicy',
  'DeletionPolicy',
  'DependsOn',
  'Description',
  'IgnoreGlobals',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
  'Version',
];

/** Reads the `Resources` section. Malformed resources are reported and left out. */
export function readEntries(
  section: Json | undefined,
  globals: Globals,
  diagnostics: Diagnostics,
): ResourceEntry[] {
  if (!isObject(section) || Object.keys(section).length === 0) {
    diagnostics.error(['Resources'], `expected at least one resource, got ${show(section)}`);
    return [];
  }
  return Object.entries(section).flatMap(([logicalId, resource]) => {
    const entry = diagnostics.attempt(() => readEntry(logicalId, resource, globals, diagnostics));
    return entry === undefined ? [] : [entry];
  });
}

function readEntry(
  logicalId: string,
  resource: Json,
  globals: Globals,
  diagnostics: Diagnostics,
): ResourceEntry {
  const path = ['Resources', logicalId];
  if (!/^[A-Za-z0-9]+$/.test(logicalId)) {
    diagnostics.error(path, 'a logical id has letters and digits only');
  }
  if (!isObject(resource)) {
    return diagnostics.fail(path, `expected a resource with a Type, got ${show(resource)}`);
  }
  for (const key of Object.keys(resource)) {
    if (attributes.includes(key)) continue;
    const hint = didYouMean(key, attributes);
    const isServerless =
      typeof resource.Type === 'string' && resource.Type.startsWith('AWS::Serverless::');
    // CloudFormation rejects an unknown attribute. SAM ignores it, so it is only an error if it
    // looks misspelt.
    if (isServerless && hint === '') {
      diagnostics.warn([...path, key], 'unknown attribute of a resource, without effect');
    } else {
      diagnostics.error([...path, key], `unknown attribute of a resource${hint}`);
    }
  }
  const {
    Type: type,
    Properties: properties = {},
    Metadata: metadata,
    Condition: condition,
    Connectors: connectors,
  } = resource;
  if (typeof type !== 'string') {
    return diagnostics.fail([...path, 'Type'], `expected a resource type, got ${show(type)}`);
  }
  if (properties !== null && !isObject(properties)) {
    const at = [...path, 'Properties'];
    return diagnostics.fail(at, `expected a map of properties, got ${show(properties)}`);
  }
  return {
    logicalId,
    type,
    properties: globals.apply(type, properties ?? {}, resource.IgnoreGlobals),
    path: [...path, 'Properties'],
    metadata: isObject(metadata) ? metadata : {},
    ...(typeof condition === 'string' ? { condition } : {}),
    ...(isObject(connectors) ? { connectors } : {}),
    dependsOn: readDependsOn(resource.DependsOn, [...path, 'DependsOn'], diagnostics),
  };
}

function readDependsOn(value: Json | undefined, path: Path, diagnostics: Diagnostics): string[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item, index) => {
    if (typeof item === 'string') return [item];
    diagnostics.error([...path, index], `expected a logical id, got ${show(item)}`);
    return [];
  });
}
