/** `npm run chaos:client`: plays stories with faults, and prints what views lost. */
import fc from 'fast-check';
import { parseArgs } from 'node:util';
import { playStory, stories, type StoryResult } from '../chaos/index.ts';

const USAGE = `npm run chaos:client -- [options]: the realtime client on a clock, a network and tabs with faults
  --runs 2000    how many stories, a whole number from 1 (2000)
  --seed 1       which stories, a whole number from 0 (1)
  --help         shows this`;

const options = readOptions();
if (options !== undefined) await run(options);

function readOptions(): { readonly runs: number; readonly seed: number } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string', default: '2000' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (!values.help) {
      return {
        runs: wholeNumber('--runs', values.runs, 1),
        seed: wholeNumber('--seed', values.seed, 0),
      };
    }
    console.log(USAGE);
  } catch (error) {
    // Node's own messages continue with suggestions; their first sentence says what is wrong.
    const message = error instanceof Error ? error.message : String(error);
    console.error(`chaos: ${message.split(/\.(?:\s|$)/)[0] ?? message}; --help lists the options`);
    process.exitCode = 2;
  }
  return undefined;
}

function wholeNumber(name: string, text: string, from: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= from) return Number(text);
  throw new Error(`${name} takes a whole number from ${from}, not "${text}"`);
}

async function run({ runs, seed }: { runs: number; seed: number }): Promise<void> {
  const started = performance.now();
  const totals = { stories: 0, views: 0, events: 0, lost: 0, repeated: 0 };
  const result = await fc.check(
    fc.asyncProperty(stories, async (story) => {
      const played = await playStory(story);
      totals.stories += 1;
      totals.views += played.views;
      totals.events += played.events;
      totals.lost += played.lost;
      totals.repeated += played.repeated;
      return isFlawless(played);
    }),
    { numRuns: runs, seed },
  );
  const seconds = Math.round((performance.now() - started) / 1000);
  const { stories: played, views, events, lost, repeated } = totals;
  console.log(
    `${played} stories in ${seconds} s: ${views} views, ${events} events, ${lost} lost, ${repeated} shown twice`,
  );
  if (!result.failed) return;
  process.exitCode = 1;
  const [story] = result.counterexample ?? [];
  console.log(`the shortest story that fails (seed ${seed}): ${JSON.stringify(story)}`);
  if (story) console.log(JSON.stringify(await playStory(story)));
}

function isFlawless({ lost, repeated, problems }: StoryResult): boolean {
  return lost === 0 && repeated === 0 && problems.length === 0;
}
