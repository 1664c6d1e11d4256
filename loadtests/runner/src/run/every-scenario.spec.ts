import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { describeCost } from '../cost/index.ts';
import { parseObjectives } from '../objectives/index.ts';
import { findScenario, scenarioNames } from './index.ts';

const loadtests = resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(loadtests, file), 'utf8');
const project = JSON.parse(read('project.json'));
const objectives = parseObjectives(read('objectives.yaml'), 'objectives.yaml');

it('there are scenarios, and no objectives of other ones', async () => {
  const names = await scenarioNames();
  expect(names.length).toBeGreaterThan(0);
  expect(objectives.scenarios.toSorted()).toEqual(names);
});

it('every scenario says what it shows, is short in a smoke run, and uses the engine', async () => {
  for (const name of await scenarioNames()) {
    const { file, description } = await findScenario(name);
    const { config } = parse(readFileSync(file, 'utf8'));
    expect({ name, description }).toEqual({
      name,
      description: expect.stringMatching(/\w{3}.*[.?]$/),
    });
    expect({ name, ...config.environments }).toHaveProperty('smoke.variables');
    expect({ name, files: config.includeFiles }).toEqual({
      name,
      files: expect.arrayContaining([
        '../engine/package.json',
        '../engine/src',
        '../engine/plugin',
      ]),
    });
  }
});

it('the cost of every scenario on AWS can be computed', async () => {
  for (const name of await scenarioNames()) {
    expect({ name, cost: await describeCost(await findScenario(name), {}) }).toEqual({
      ...{ name, cost: expect.stringMatching(/^this run costs at most about \$/) },
    });
  }
});

it('every scenario has a target, for a local stack and for each deployed one', async () => {
  for (const name of await scenarioNames()) {
    const command = `node loadtests/runner/src/cli/run.ts ${name}`;
    const of = (stack: string) => ({ [stack]: { command: `${command} --stack=${stack}` } });
    expect({ name, target: project.targets[name] }).toMatchObject({
      name,
      target: {
        options: { command },
        configurations: { ...of('development'), ...of('staging'), ...of('production') },
      },
    });
  }
});

it('every scenario has to have done something, and to be correct', async () => {
  for (const name of await scenarioNames()) {
    const checked = objectives.of(name).filter(({ figure }) => figure.kind === 'correctness');
    const keys = checked.map(({ figure }) => figure.key);
    expect({ name, keys }).toEqual({
      name,
      keys: expect.arrayContaining(['missed', 'sumsWrong', 'rowsLeft']),
    });
    // A share of errors is not measured if nothing was tried. Then the objective is missed.
    const provesWork = checked.some(
      ({ figure }) => figure.better === 'higher' || figure.key === 'errorPercent',
    );
    expect({ name, provesWork }).toEqual({ name, provesWork: true });
  }
});
