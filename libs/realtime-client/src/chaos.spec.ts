import fc from 'fast-check';
import { playStory, stories } from './chaos/index.ts';

/** `npm run chaos:client` plays 2,000. */
const RUNS = 150;

test('every view equals the table in the end, whatever happened to network, server and tabs', async () => {
  let events = 0;
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const result = await playStory(story);
      events += result.events;
      expect(result).toMatchObject({ lost: 0, repeated: 0, problems: [] });
    }),
    { numRuns: RUNS, seed: 1 },
  );
  // The stories have events and views to compare.
  expect(events).toBeGreaterThan(RUNS);
});
