import type { Span } from './span.ts';
import { findNode, rowsOf, treeOf } from './waterfall.ts';

function span(fields: Partial<Span> & { readonly id: string }): Span {
  return { kind: 'aws', name: 'call', startMs: 0, durationMs: 1, status: 'ok', ...fields };
}

const lines = (spans: readonly Span[]): string[] =>
  rowsOf(treeOf(spans)).map(({ depth, id }) => `${depth} ${id}`);

it('puts a span under its parent, else under the invocation of its request', () => {
  const invocation = { kind: 'invocation', requestId: 'r', durationMs: 10 } as const;
  expect(
    lines([
      span({ id: 'a', ...invocation }),
      span({ id: 'b', name: 'b', parentId: 'a', startMs: 1 }),
      span({ id: 'c', name: 'c', requestId: 'r', startMs: 2 }),
    ]),
  ).toEqual(['0 a', '1 b', '1 c']);
});

it('puts a span without a known parent under what it happened in', () => {
  expect(
    lines([
      span({ id: 'a', kind: 'invocation', durationMs: 10 }),
      span({ id: 'b', parentId: 'unknown', startMs: 5 }),
      span({ id: 'c', name: 'after', startMs: 50 }),
    ]),
  ).toEqual(['0 a', '1 b', '0 c']);
});

it('makes one bar of thousands that are alike, and keeps each of them', () => {
  const pushes = Array.from({ length: 3000 }, (_, index) =>
    span({
      id: `p${index}`,
      kind: 'push',
      parentId: 'a',
      startMs: index,
      status: index === 7 ? 'error' : 'ok',
    }),
  );
  const tree = treeOf([span({ id: 'a', kind: 'invocation', durationMs: 9000 }), ...pushes]);
  const [, group] = rowsOf(tree);
  expect(group).toMatchObject({ kind: 'group', count: 3000, failed: 1, durationMs: 3000 });
  expect(findNode(tree, group?.id ?? '')?.children).toHaveLength(3000);
});

it('shows documents that name each other as parents', () => {
  expect(lines([span({ id: 'a', parentId: 'b' }), span({ id: 'b', parentId: 'a' })])).toHaveLength(
    2,
  );
});
