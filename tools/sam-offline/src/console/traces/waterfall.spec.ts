import type { Span } from './span.ts';
import { findNode, rowsOf, treeOf } from './waterfall.ts';

function span(fields: Partial<Span> & { readonly id: string }): Span {
  return { kind: 'aws', name: 'call', startMs: 0, durationMs: 1, status: 'ok', ...fields };
}

const lines = (spans: readonly Span[]): string[] =>
  rowsOf(treeOf(spans)).map(({ depth, id }) => `${depth} ${id}`);

it('puts a span under its parent, or else under the invocation of its request', () => {
  const invocation = { kind: 'invocation', requestId: 'r', durationMs: 10 } as const;
  expect(
    lines([
      span({ id: 'a', ...invocation }),
      span({ id: 'b', name: 'b', parentId: 'a', startMs: 1 }),
      span({ id: 'c', name: 'c', requestId: 'r', startMs: 2 }),
    ]),
  ).toEqual(['0 a', '1 b', '1 c']);
});

it('puts a span without a known parent under the span in whose time it happened', () => {
  expect(
    lines([
      span({ id: 'a', kind: 'invocation', durationMs: 10 }),
      span({ id: 'b', parentId: 'unknown', startMs: 5 }),
      span({ id: 'c', name: 'after', startMs: 50 }),
    ]),
  ).toEqual(['0 a', '1 b', '0 c']);
});

it('puts an invocation under the message that it served, and the frames of its response too', () => {
  expect(
    lines([
      span({ id: 'm1', kind: 'message', requestId: 'g1', durationMs: 0 }),
      span({ id: 'r', kind: 'gateway', parentId: 'm1', servedBy: 'i1', durationMs: 5 }),
      span({ id: 'i', kind: 'invocation', requestId: 'i1', startMs: 1, durationMs: 3 }),
      span({ id: 'p', kind: 'push', requestId: 'i1', startMs: 2 }),
      span({ id: 'f', kind: 'frame', parentId: 'm1', startMs: 6, durationMs: 0 }),
    ]),
  ).toEqual(['0 m1', '1 r', '2 i', '3 p', '1 f']);
});

it('continues from a write to the batch that a stream made of it, and to its invocation', () => {
  const first = { traceId: 't1' };
  const second = { traceId: 't2' };
  expect(
    lines([
      span({ id: 'i', ...first, kind: 'invocation', durationMs: 10 }),
      span({ id: 'w', ...first, parentId: 'i', startMs: 1, resources: ['comments'] }),
      span({ id: 'x', ...first, parentId: 'i', startMs: 3, resources: ['posts'] }),
      span({ id: 'b', ...second, kind: 'batch', startMs: 20, resources: ['comments'] }),
      span({ id: 'j', ...second, kind: 'invocation', startMs: 21 }),
    ]),
  ).toEqual(['0 i', '1 w', '2 b', '3 j', '1 x']);
});

it('makes one bar of thousands of similar ones, and keeps each of them', () => {
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
