import { FIGURES } from '../figures/index.ts';
import { buildRecord } from '../testing/records.ts';
import { checkObjectives, ObjectivesError, parseObjectives } from './index.ts';

const FILE = 'objectives.yaml';

describe('objectives.yaml', () => {
  it('gives a scenario its own limits and those for all', () => {
    const objectives = parseObjectives(
      'everywhere: { missed: 0, errorPercent: 1 }\nscenarios: { a: { deliveryP99Ms: 500, errorPercent: 5 }, b: }\n',
      FILE,
    );
    expect(limitsOf(objectives.of('a'))).toEqual({
      missed: 0,
      errorPercent: 5,
      deliveryP99Ms: 500,
    });
    expect(limitsOf(objectives.of('b'))).toEqual({ missed: 0, errorPercent: 1 });
    expect(objectives.scenarios).toEqual(['a', 'b']);
  });

  it.each([
    [
      'a misspelt objective, with its line and what was meant',
      'scenarios:\n  churn:\n    deliverP99Ms: 5\n',
      'objectives.yaml:3: scenarios.churn.deliverP99Ms: no objective is called "deliverP99Ms"; did you mean "deliveryP99Ms"?',
    ],
    [
      'a misspelt section',
      'scenarios: { a: }\neverwhere: { missed: 0 }\n',
      'objectives.yaml:2: everwhere: no section is called "everwhere"; did you mean "everywhere"? The file has everywhere and scenarios.',
    ],
    [
      'a limit that is not a number',
      'scenarios:\n  a:\n    missed: none\n',
      'objectives.yaml:3: scenarios.a.missed: expected a number',
    ],
    [
      'a negative limit',
      'scenarios:\n  a:\n    missed: -1\n',
      'objectives.yaml:3: scenarios.a.missed: expected a number of 0 or more',
    ],
    ['text that is not YAML', 'scenarios: [', /^objectives\.yaml:1: /],
    ['an empty file', '', /^objectives\.yaml: /],
    ['a file without scenarios', 'everywhere: {}\n', /^objectives\.yaml: scenarios: /],
  ])('names %s', (_, text, message) => {
    expect(() => parseObjectives(text, FILE)).toThrow(ObjectivesError);
    expect(() => parseObjectives(text, FILE)).toThrow(message);
  });

  it('names every mistake, not only the first', () => {
    expect(() => parseObjectives('scenarios:\n  a: { mised: 0, lat: 1 }\n', FILE)).toThrow(
      /"mised"; did you mean "missed"\?\n.*"lat"; did you mean "late"\?/,
    );
  });

  it('has to know a scenario that is run', () => {
    expect(() => parseObjectives('scenarios: { a: }', FILE).of('b')).toThrow(
      'objectives.yaml: scenarios.b is missing: add it with the limits that a run of it has to keep (there are: a)',
    );
  });
});

describe('a run', () => {
  const objectives = (limits: string) =>
    parseObjectives(`scenarios: { a: ${limits} }`, FILE).of('a');

  it('meets the objectives within its values', () => {
    const verdicts = checkObjectives(
      buildRecord(),
      objectives('{ missed: 0, deliveryP99Ms: 5000, errorPercent: 0, connectionsOpened: 100 }'),
    );
    expect(verdicts.map(({ met }) => met)).toEqual([true, true, true, true]);
  });

  it('misses the other objectives, and names the figure', () => {
    const [verdict] = checkObjectives(
      buildRecord({ ledger: { missed: 3 } }),
      objectives('{ missed: 0 }'),
    );
    expect(verdict).toMatchObject({
      met: false,
      text: 'messages missed (missed) is 3; at most 0 was expected',
    });
  });

  it('misses at-least objectives from below', () => {
    const [verdict] = checkObjectives(buildRecord(), objectives('{ connectionsOpened: 101 }'));
    expect(verdict).toMatchObject({
      met: false,
      text: 'connections opened (connectionsOpened) is 100; at least 101 was expected',
    });
  });

  it('misses an objective about something that it did not measure', () => {
    const [verdict] = checkObjectives(buildRecord(), objectives('{ catchUpP99Ms: 1000 }'));
    expect(verdict).toMatchObject({
      met: false,
      text: 'catch-up after a reconnect, p99 (catchUpP99Ms) was not measured; at most 1,000 ms was expected',
    });
  });

  it('counts errors against all that was tried', () => {
    const error = { count: 4, firstAt: 0, lastAt: 0, example: 'refused' };
    const record = buildRecord({ change: { errors: { 'connect: ECONNREFUSED': error } } });
    const [verdict] = checkObjectives(record, objectives('{ errorPercent: 2 }'));
    // 100 connections, 60 messages and the 4 failures.
    expect(verdict?.actual).toBeCloseTo((100 * 4) / 164, 6);
    expect(verdict?.met).toBe(false);
  });
});

it('reads every figure of a record, or says that there is none', () => {
  const record = buildRecord();
  for (const figure of FIGURES) {
    const value = figure.read(record);
    if (value !== undefined)
      expect({ key: figure.key, ok: Number.isFinite(value) }).toEqual({
        key: figure.key,
        ok: true,
      });
  }
  expect(new Set(FIGURES.map(({ key }) => key)).size).toBe(FIGURES.length);
});

function limitsOf(objectives: readonly { figure: { key: string }; limit: number }[]) {
  return Object.fromEntries(objectives.map(({ figure, limit }) => [figure.key, limit]));
}
