import { readFileSync } from 'node:fs';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { TemplateError } from './errors.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject } from './json.ts';
import { indentContinuations } from './yaml-indentation.ts';

/** Counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface ParsedFile {
  readonly value: Json;
  /** Where a value stands; for what the file does not spell out, where its nearest parent does. */
  readonly locate: (path: Path) => Position | undefined;
  /** Keys that a map has twice. */
  readonly duplicates: readonly Path[];
  /** How much of a path the file spells out. */
  readonly depth: (path: Path) => number;
}

/**
 * Reads YAML with CloudFormation's short tags (`!Ref`, `!Sub` …), or JSON, which YAML contains.
 * The tags come out in their long form, `{ "Fn::Sub": … }`.
 *
 * @param file absolute path
 * @throws TemplateError when the file cannot be read, or is not YAML
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

/** As `parseYamlFile`, with the text at hand; `file` is what errors name. */
export function parseYaml(source: string, file: string): ParsedFile {
  const { text, added } = indentContinuations(source);
  const lines = new LineCounter();
  // CloudFormation lets a key come twice, and has tags that the parser does not know: those come
  // out as warnings of the document, which are not looked at.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: Math.max(1, col - (added.get(line) ?? 0)) };
  };
  // What follows the first error is most often its echo.
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

/** PyYAML takes `"text"#comment`, and so does the parser, which reports it all the same. */
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

/** A few aliases can stand for millions of values: more than any template has is refused. */
const maximumAliases = 10_000;

interface Conversion {
  readonly document: Document;
  /** Anchors that are being written out, to find one that contains itself. */
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
      // Of several maps, the first that has a key counts (https://yaml.org/type/merge.html).
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

/** A key as written: CloudFormation's keys are strings, `404:` and `on:` too. */
function keyOf(pair: Pair): string {
  const { key } = pair;
  if (isScalar(key)) return key.source ?? String(key.value);
  return String(key);
}

function tagged(tag: string | undefined, value: Json): Json {
  if (!tag?.startsWith('!') || tag === '!') return value;
  if (tag === '!GetAtt' && typeof value === 'string') {
    // Only the first dot separates: `Outputs.QueueArn` of a nested stack is one attribute.
    const dot = value.indexOf('.');
    const parts = dot === -1 ? [value] : [value.slice(0, dot), value.slice(dot + 1)];
    return { 'Fn::GetAtt': parts };
  }
  return { [shortTags[tag] ?? `Fn::${tag.slice(1)}`]: value };
}

// CloudFormation reads YAML 1.1, where these are booleans.
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
  // `1.10` and `0123` are text to CloudFormation: a number would lose what was written.
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
    // `{ "Fn::Sub": … }` is how a tag is written here, not how the file wrote it.
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
