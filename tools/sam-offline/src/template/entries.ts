import type { Diagnostics } from './diagnostics.ts';
import type { Globals } from './globals.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject, show } from './json.ts';
import { didYouMean } from '../suggestions.ts';

/** A resource of the template, or one that SAM makes out of another. */
export interface ResourceEntry {
  readonly logicalId: string;
  readonly type: string;
  /** Unresolved, with `Globals` applied. */
  readonly properties: JsonObject;
  /** Where the properties stand in the template. */
  readonly path: Path;
  /** `DockerContext` and `Dockerfile` are read from it. */
  readonly metadata: JsonObject;
  readonly condition?: string;
  /** The attribute `Connectors`: connectors that start from this resource. */
  readonly connectors?: JsonObject;
  /** What the resource waits for, besides `references`. */
  readonly dependsOn: readonly string[];
  /** What it refers to; by default its properties. A SAM resource's are spread over what it makes. */
  readonly references?: Json;
  /** Functions whose ARN SAM writes into the API's definition, because of their events. */
  readonly embeds?: readonly string[];
  /** The SAM resource that it is made of. */
  readonly generatedBy?: string;
  /** Generated properties that the template names otherwise: `EventSourceArn` → `Stream`. */
  readonly writtenAs?: Readonly<Record<string, string>>;
}

// `Version` is for custom resources. `Description` stands in no documentation and is accepted; the CDK writes it too.
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

/** Reads the `Resources` section; what is malformed is reported and left out. */
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
    // CloudFormation refuses it; SAM drops it, which is worth an error only for a misspelling.
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
