import { describeIssues, didYouMean, type Script } from '../settings/index.ts';
import { besides, stepSchemas, type StepInput, type StepName } from './step-schemas.ts';

const stepNames = Object.keys(stepSchemas) as StepName[];

/** The steps that contain other steps. */
const nested: Partial<Record<StepName, (input: unknown) => readonly unknown[]>> = {
  loop: (input) => input as unknown[],
  parallel: (input) => input as unknown[],
  crowd: (input) => (input as { steps: unknown[] }).steps,
};

/** A scenario's definition in the file, with the fields that the engine reads. */
export interface ScenarioSpec {
  readonly name?: string;
  readonly engine?: string;
  readonly flow?: unknown;
  readonly beforeScenario?: string | readonly string[];
  readonly afterScenario?: string | readonly string[];
}

/**
 * Checks every step of every scenario of this engine, so that no traffic is sent before all are
 * correct.
 *
 * @returns the mistakes, one line each; empty if there are none
 */
export function checkScenarios(script: Script, engine: string): string[] {
  return (script.scenarios ?? []).flatMap((scenario, index) => {
    const spec = scenario as ScenarioSpec;
    if ((spec.engine ?? script.config.engine) !== engine) return [];
    return checkFlow(spec.flow, `scenarios[${index}].flow`);
  });
}

/** @param where the place of the flow in the file */
export function checkFlow(flow: unknown, where: string): string[] {
  if (!Array.isArray(flow)) return [`${where}: expected a list of steps`];
  return flow.flatMap((step, index) => checkStep(step, `${where}[${index}]`));
}

function checkStep(step: unknown, where: string): string[] {
  // `- close` is short for `- close: null`.
  if (typeof step === 'string') return checkStep({ [step]: null }, where);
  if (typeof step !== 'object' || step === null || Array.isArray(step)) {
    return [`${where}: ${JSON.stringify(step)} is not a step: write for example "- hold: 30"`];
  }
  const keys = Object.keys(step);
  const names = keys.filter((key): key is StepName => stepNames.includes(key as StepName));
  const [name] = names;
  if (name === undefined) {
    const [word = ''] = keys;
    return [
      `${where}: there is no step "${word}"${didYouMean(word, stepNames)} Steps are ${stepNames.join(', ')}.`,
    ];
  }
  const others = keys.filter((key) => key !== name);
  if (names.length > 1) {
    return [
      `${where}: "${names.join('" and "')}" are two steps: write each in a list item of its own`,
    ];
  }
  const beside = besides[name];
  const parsed = stepSchemas[name].safeParse(step[name as keyof typeof step]);
  const found = parsed.success ? [] : [describeIssues(parsed.error, `${where}.${name}`)];
  if (beside === undefined && others.length > 0) {
    found.push(`${where}: "${others.join('", "')}" cannot be combined with "${name}"`);
  }
  const besideResult = beside?.safeParse(
    Object.fromEntries(others.map((key) => [key, step[key as keyof typeof step]])),
  );
  if (besideResult?.success === false) found.push(describeIssues(besideResult.error, where));
  if (parsed.success) {
    const inner = nested[name]?.(parsed.data);
    if (inner !== undefined) found.push(...checkFlow(inner, `${where}.${name}`));
  }
  return found;
}

/** A step that `checkFlow` has accepted. */
export function readStep(step: unknown): {
  step: StepInput;
  beside: Readonly<Record<string, unknown>>;
} {
  const object = (typeof step === 'string' ? { [step]: null } : step) as Record<string, unknown>;
  const [name] = Object.keys(object).filter((key) => stepNames.includes(key as StepName));
  const { [name as StepName]: input, ...beside } = object;
  return { step: { name, input } as StepInput, beside };
}
