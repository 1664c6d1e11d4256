import { readFileSync } from 'node:fs';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { TemplateError } from './errors.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject } from './json.ts';
import { indentContinuations } from './yaml-indentation.ts';

/** A position in a file. Both numbers are counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface ParsedFile {
  readonly value: Json;
  /**
   * Gives the position of a value, or of its nearest parent if the file does not contain the value
   * itself.
   */
  readonly locate: (path: Path) => Position | undefined;
  /** The paths of repeated keys. */
  readonly duplicates: readonly Path[];
  /** Gives the number of a path's parts that the file contains. */
  readonly depth: (path: Path) => number;
}

/**
 * Reads YAML with CloudFormation's short tags (`!Ref`, `!Sub` …), or JSON, which YAML contains. The
 * tags are converted to their long form, `{ "Fn::Sub": … }`.
 *
 * @param file the absolute path
 * @throws TemplateError if the file cannot be read, or is not YAML
 */
export function parseYamlFile(file: string): ParsedFile {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    const isSystemError = typeof error === 'object' && error !== null && 'code' in error;
    const isMissing = isSystemError && error.code === 'ENOENT';
    const reason = isMissing ? 'no such file' : String(error);
    throw new TemplateError([{ file, path: '', message: `cannot read the template: ${reason}` }]);
  }
  return parseYaml(source, file);
}

/**
 * Does the same as `parseYamlFile` for a text.
 * @param file the file's path, for errors
 */
export function parseYaml(source: string, file: string): ParsedFile {
  const { text, added } = indentContinuations(source);
  const lines = new LineCounter();
  // CloudFormation allows repeated keys, and has tags that the parser does not know. The parser
  // reports these as warnings, which are ignored.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: Math.max(1, col - (added.get(line) ?? 0)) };
  };
  // The errors after the first one are mostly caused by it.
  const error = document.errors.find(({ message }) => !isTolerated(message));
  if (error !== undefined) {
    throw malformed(error, positionOf(error.pos[0]), file);
  }
  const position = (node: Node | null | undefined): Position | undefined =>
    node?.range ? positionOf(node.range[0]) : undefined;
  const conversion: Conversion = {
    document,
    open: new Set(),
    aliases: 0,
    refuse: (node, message) => {
      const { line, column } = position(node) ?? {};
      const at = line === undefined || column === undefined ? {} : { line, column };
      throw new TemplateError([{ file, ...at, path: '', message: `malformed YAML: ${message}` }]);
    },
  };
  return {
    value: toJson(document.contents, conversion),
    duplicates: [...duplicatesIn(document.contents, [])],
    locate: (path) => position(walk(document, path).node),
    depth: (path) => walk(document, path).depth,
  };
}

/**
 * Tells whether an error is ignored. The parser reports `"text"#comment` as an error but reads it,
 * and PyYAML accepts it.
 */
function isTolerated(message: string): boolean {
  return message.startsWith('Comments must be separated from other tokens');
}

function malformed({ message: text }: Error, position: Position, file: string): TemplateError {
  const [message = text] = text.split(/ at line \d+/);
  return new TemplateError([
    { file, ...position, path: '', message: `malformed YAML: ${message}` },
  ]);
}

const shortTags: Readonly<Record<string, string>> = { '!Ref': 'Ref', '!Condition': 'Condition' };

/**
 * The maximum number of aliases, because a few aliases can expand to millions of values. No
 * template has so many.
 */
const maximumAliases = 10_000;

interface Conversion {
  readonly document: Document;
  /** The anchors that are being expanded, to find one that contains itself. */
  readonly open: Set<unknown>;
  aliases: number;
  readonly refuse: (node: Node, message: string) => never;
}

function aliasValue(alias: Alias, document: Conversion): Json {
  const target = alias.resolve(document.document);
  if (document.open.has(target)) return document.refuse(alias, 'an alias that contains itself');
  if (++document.aliases > maximumAliases) return document.refuse(alias, 'too many aliases');
  document.open.add(target);
  const value = toJson(target, document);
  document.open.delete(target);
  return value;
}

function toJson(node: unknown, document: Conversion): Json {
  if (isAlias(node)) return aliasValue(node, document);
  if (isScalar(node)) return tagged(node.tag, scalarValue(node));
  if (isSeq(node)) {
    return tagged(
      node.tag,
      node.items.map((item) => toJson(item, document)),
    );
  }
  if (isMap(node)) return tagged(node.tag, mapValue(node, document));
  return null;
}

function mapValue(map: YAMLMap, document: Conversion): JsonObject {
  const merged: JsonObject = {};
  const own: JsonObject = {};
  for (const pair of map.items) {
    const key = keyOf(pair);
    const value = toJson(pair.value, document);
    if (key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') {
      // If several maps have a key, the first one is used (https://yaml.org/type/merge.html).
      for (const source of Array.isArray(value) ? value : [value]) {
        if (isObject(source)) Object.assign(merged, { ...source, ...merged });
      }
    } else {
      own[key] = value;
    }
  }
  return { ...merged, ...own };
}

function* duplicatesIn(node: unknown, path: Path): Generator<Path> {
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) yield* duplicatesIn(item, [...path, index]);
  }
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const pair of node.items) {
    const key = keyOf(pair);
    if (seen.has(key) && key !== '<<') yield [...path, key];
    seen.add(key);
    yield* duplicatesIn(pair.value, [...path, key]);
  }
}

/** Gives a key as it is written. CloudFormation's keys are strings, including `404:` and `on:`. */
function keyOf(pair: Pair): string {
  const { key } = pair;
  if (isScalar(key)) return key.source ?? String(key.value);
  return String(key);
}

function tagged(tag: string | undefined, value: Json): Json {
  if (!tag?.startsWith('!') || tag === '!') return value;
  if (tag === '!GetAtt' && typeof value === 'string') {
    // Only the first dot is a separator. `Outputs.QueueArn` of a nested stack is one attribute.
    const dot = value.indexOf('.');
    const parts = dot === -1 ? [value] : [value.slice(0, dot), value.slice(dot + 1)];
    return { 'Fn::GetAtt': parts };
  }
  return { [shortTags[tag] ?? `Fn::${tag.slice(1)}`]: value };
}

// CloudFormation reads YAML 1.1, in which these are booleans.
const yaml11Booleans: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  no: false,
  off: false,
};

interface ScalarNode {
  value?: unknown;
  source?: string | undefined;
  type?: string | undefined;
  tag?: string | undefined;
}

function scalarValue(node: ScalarNode): Json {
  const { value, source } = node;
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
  // CloudFormation keeps the text of `1.10` and `0123`. A number would lose it.
  if (typeof value === 'number') return String(value) === source ? value : (source ?? value);
  const text = typeof value === 'string' ? value : (source ?? JSON.stringify(value));
  if (node.type === 'PLAIN' && node.tag === undefined) {
    const spelling = /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/.test(text) ? text.toLowerCase() : '';
    return yaml11Booleans[spelling] ?? text;
  }
  return text;
}

function walk(document: Document, path: Path): { node: Node | undefined; depth: number } {
  let node: unknown = document.contents;
  let found: Node | undefined = document.contents ?? undefined;
  let depth = 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    // The file may have a tag, for which the value has the long form `{ "Fn::Sub": … }`.
    if (typeof part === 'string' && isShortForm(node, part)) {
      depth++;
      continue;
    }
    const next = child(node, part);
    if (next === undefined) break;
    node = next.value;
    found = next.at ?? found;
    depth++;
  }
  return { node: found, depth };
}

function isShortForm(node: unknown, part: string): boolean {
  if (!isScalar(node) && !isSeq(node) && !isMap(node)) return false;
  return node.tag !== undefined && (shortTags[node.tag] ?? `Fn::${node.tag.slice(1)}`) === part;
}

function child(node: unknown, part: string | number): { value: unknown; at?: Node } | undefined {
  if (isSeq(node) && typeof part === 'number') {
    const item = node.items[part];
    return item === undefined ? undefined : { value: item, ...nodeAt(item) };
  }
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && keyOf(item) === String(part));
    return pair === undefined ? undefined : { value: pair.value, ...nodeAt(pair.key) };
  }
  return undefined;
}

function nodeAt(node: unknown): { at?: Node } {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? { at: node } : {};
}
