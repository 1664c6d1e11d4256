/** A value in a form of the Query protocol: a string, a list or a structure. */
export type QueryValue = string | readonly QueryValue[] | { readonly [name: string]: QueryValue };

interface Node {
  value?: string;
  readonly members: Map<string, Node>;
}

/** The maximum depth, which is larger than that of any service's input. */
const MAXIMUM_DEPTH = 20;

/**
 * Reads a form of the Query protocol: `MetricData.member.1.Value=3` is a list of structures, and
 * `Tags.entry.1.key=a&Tags.entry.1.value=b` is a map. Every scalar stays a string.
 *
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryInput(form: string): Readonly<Record<string, QueryValue>> {
  const root: Node = { members: new Map() };
  for (const [name, value] of new URLSearchParams(form)) {
    if (name === 'Action' || name === 'Version' || name.startsWith('X-Amz-')) continue;
    const path = name.split('.');
    if (path.length > MAXIMUM_DEPTH) continue;
    let node = root;
    for (const step of path) {
      let member = node.members.get(step);
      if (member === undefined) node.members.set(step, (member = { members: new Map() }));
      node = member;
    }
    node.value = value;
  }
  return Object.fromEntries([...root.members].map(([name, node]) => [name, valueOf(node)]));
}

function valueOf(node: Node): QueryValue {
  if (node.members.size === 0) return node.value ?? '';
  const list = node.members.get('member');
  if (list !== undefined && node.members.size === 1) return inOrder(list).map(valueOf);
  const map = node.members.get('entry');
  if (map !== undefined && node.members.size === 1) {
    return Object.fromEntries(
      inOrder(map).map(({ members }) => {
        // Some maps of SNS, such as message attributes, use capital letters.
        const key = (members.get('key') ?? members.get('Name'))?.value ?? '';
        const value = members.get('value') ?? members.get('Value');
        return [key, value === undefined ? '' : valueOf(value)];
      }),
    );
  }
  return Object.fromEntries([...node.members].map(([name, each]) => [name, valueOf(each)]));
}

function inOrder({ members }: Node): Node[] {
  return [...members].sort(([a], [b]) => Number(a) - Number(b)).map(([, node]) => node);
}
