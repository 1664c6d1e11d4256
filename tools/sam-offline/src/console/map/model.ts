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
  /** What the facts call it: the id of an API, the name of everything else; of a rule, the bus too. */
  readonly key: string;
  /** What the template calls it. */
  readonly name: string;
  readonly logicalId?: string | undefined;
  /** How often it was called in the time range, and how often that failed. */
  readonly calls: number;
  readonly errors: number;
  /** Invocations that run now, or open connections. */
  readonly concurrency?: number | undefined;
}

/** A node before anybody counted. */
export type PlainNode = Omit<MapNode, 'calls' | 'errors' | 'concurrency'>;

/** Who calls whom: of the template, or seen. */
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

/** The kinds of what is at an ARN, by the service in it. */
const KINDS: Readonly<Record<string, MapKind>> = {
  lambda: 'function',
  sqs: 'queue',
  sns: 'topic',
  dynamodb: 'table',
  s3: 'bucket',
  events: 'event-bus',
};

/** The id of the node that an ARN names; undefined for what is not on the map. */
export function idOfArn(arn: string): string | undefined {
  const [, , service = '', , , ...resource] = arn.split(':');
  const kind = KINDS[service];
  if (kind === undefined) return undefined;
  // `function:<name>:<alias>`, `event-bus/<name>`, or the name itself.
  const name = kind === 'function' ? resource[1] : resource.join(':').split('/').at(-1);
  return name === undefined || name === '' ? undefined : idOf(kind, name);
}
