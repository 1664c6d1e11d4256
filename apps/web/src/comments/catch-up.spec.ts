/** @jest-environment node */
import type { CommentsState } from '../posts/index.ts';
import { catchUp } from './catch-up.ts';

const loaded: CommentsState = {
  comments: [],
  loading: 'nothing',
  isLoaded: true,
};
const failed: CommentsState = { ...loaded, failure: { of: 'latest', error: new TypeError() } };

/** Comments whose reads fail as long as `broken` is true, and a clock that a test advances. */
class Scene {
  broken = true;
  reads = 0;
  state = loaded;
  next: (() => void) | undefined;

  readonly loadLatest = async (): Promise<void> => {
    this.reads += 1;
    this.state = this.broken ? failed : loaded;
    await Promise.resolve();
  };

  readonly later = (callback: () => void): (() => void) => {
    this.next = callback;
    return () => (this.next = undefined);
  };

  async pass(): Promise<void> {
    const { next } = this;
    this.next = undefined;
    next?.();
    await new Promise(setImmediate);
  }
}

test('reads until it succeeds, and then no more', async () => {
  const scene = new Scene();
  catchUp(scene, scene.later);
  await scene.pass();
  await scene.pass();
  expect(scene.reads).toBe(2);
  scene.broken = false;
  await scene.pass();
  await scene.pass();
  expect(scene.reads).toBe(3);
});

test.each(['while it reads', 'while it waits'])('ends %s', async (when) => {
  const scene = new Scene();
  const end = catchUp(scene, scene.later);
  if (when === 'while it waits') await scene.pass();
  end();
  await scene.pass();
  await scene.pass();
  expect(scene.reads).toBe(1);
});
