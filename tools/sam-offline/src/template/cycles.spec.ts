import { findCycles } from './cycles.ts';

const find = (graph: Record<string, string[]>): string[][] =>
  findCycles(Object.keys(graph), (node) => graph[node] ?? []);

describe('findCycles', () => {
  it('finds no cycle if a node is only reached twice', () => {
    expect(find({ A: ['B', 'C'], B: ['D'], C: ['D'], D: [] })).toEqual([]);
  });

  it('finds a node that depends on itself', () => {
    expect(find({ A: ['A'] })).toEqual([['A', 'A']]);
  });

  it('finds each cycle once, at whichever node it starts', () => {
    expect(find({ X: ['A'], A: ['B'], B: ['C'], C: ['A'], Y: ['C'], D: ['D'] })).toEqual([
      ['A', 'B', 'C', 'A'],
      ['D', 'D'],
    ]);
  });
});
