/** The kinds of resource on the map. */
export type MapKind =
  | 'client'
  | 'http-api'
  | 'websocket-api'
  | 'function'
  | 'table'
  | 'queue'
  | 'bucket'
  | 'topic'
  | 'event-bus'
  | 'rule'
  | 'schedule';

/** A resource on the map. */
export interface MapNode {
  /** `<kind>:<key>` */
  readonly id: string;
  readonly kind: MapKind;
  /**
   * The name in the facts: the id of an API, or the name of any other resource. For a rule, it
   * includes the bus.
   */
  readonly key: string;
  /** The name in the template. */
  readonly name: string;
  readonly logicalId?: string | undefined;
  /** How often it was called in the time range, and how often that failed. */
  readonly calls: number;
  readonly errors: number;
  /** The invocations that run now, or the open connections. */
  readonly concurrency?: number | undefined;
}

/** A node without counts. */
export type PlainNode = Omit<MapNode, 'calls' | 'errors' | 'concurrency'>;

/** An edge from a caller to a callee, from the template or from facts. */
export interface MapEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly calls: number;
  readonly isSeen: boolean;
}

export interface MapResponse {
  readonly startMs: number;
  readonly endMs: number;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** The id of a node. */
export function idOf(kind: MapKind, key: string): string {
  return `${kind}:${key}`;
}

/** The kinds of resources by the service in their ARN. */
const KINDS: Readonly<Record<string, MapKind>> = {
  lambda: 'function',
  sqs: 'queue',
  sns: 'topic',
  dynamodb: 'table',
  s3: 'bucket',
  events: 'event-bus',
};

/** The id of the node that an ARN names. Undefined if the resource is not on the map. */
export function idOfArn(arn: string): string | undefined {
  const [, , service = '', , , ...resource] = arn.split(':');
  const kind = KINDS[service];
  if (kind === undefined) return undefined;
  // `function:<name>:<alias>`, `event-bus/<name>`, or the name alone.
  const name = kind === 'function' ? resource[1] : resource.join(':').split('/').at(-1);
  return name === undefined || name === '' ? undefined : idOf(kind, name);
}
