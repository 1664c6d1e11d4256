/**
 * Finds circular dependencies.
 *
 * @param nodes logical ids
 * @param edges gives the nodes that a node depends on
 * @returns each cycle once, as a list of ids that starts and ends with the same id
 */
export function findCycles(
  nodes: Iterable<string>,
  edges: (node: string) => Iterable<string>,
): string[][] {
  const done = new Set<string>();
  const chain: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): void => {
    const start = chain.indexOf(node);
    if (start !== -1) {
      cycles.push([...chain.slice(start), node]);
      return;
    }
    if (done.has(node)) return;
    chain.push(node);
    for (const next of edges(node)) visit(next);
    chain.pop();
    done.add(node);
  };
  for (const node of nodes) visit(node);
  return cycles;
}
