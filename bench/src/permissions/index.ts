import { createContext, evaluate, parsePolicy } from '@blogapp/sam-offline/iam';
import { metric, toRows, type Bench, type Sample } from '../harness/index.ts';
import { ACCOUNT, generateCases, type PermissionCase } from './cases.ts';
import { EXPLANATIONS } from './explained.ts';
import { timeStackCalls } from './stack-calls.ts';
import { installIamSimulate, loadIamSimulate, type Decider } from './witness.ts';

const OURS = 'sam-offline';
const THEIRS = 'iam-simulate, unchecked';

const microsPerDecision = metric(
  'microsPerDecision',
  'time of a decision, policies parsed before',
  'µs',
  'lower',
);
const microsPerCase = metric(
  'microsPerCase',
  'time of a case, policies parsed in it',
  'µs',
  'lower',
);

const microsPerCall = metric(
  'microsPerCall',
  "time of a call of a stack's function",
  'µs',
  'lower',
);
const microsPerConditionalCall = metric(
  'microsPerConditionalCall',
  'the same, with a condition on the key',
  'µs',
  'lower',
);

/**
 * Checks that sam-offline decides on permissions as an independent evaluator does, on cases made
 * from a seed, and measures what a decision costs.
 */
export const bench: Bench = {
  summary:
    'verdicts on generated policies, and their cost: sam-offline, @cloud-copilot/iam-simulate',
  async run({ rounds, quick }) {
    installIamSimulate();
    const witness = await loadIamSimulate();
    const perRound = quick ? 2000 : 10_000;
    const samples = new Map<string, Sample[]>([
      [OURS, []],
      [THEIRS, []],
    ]);
    const explained = new Map<string, number>();
    let [count, allowed] = [0, 0];
    for (let round = 1; round <= (rounds ?? 5); round += 1) {
      console.log(`round ${round}: ${perRound} cases of seed ${round}`);
      const cases = [...generateCases(round, perRound)];
      const verdicts = cases.map(decide);
      for (const [index, permissionCase] of cases.entries()) {
        count += 1;
        if (verdicts[index] === true) allowed += 1;
        if (witness(permissionCase) === verdicts[index]) continue;
        const reason = explain(permissionCase, witness);
        explained.set(reason, (explained.get(reason) ?? 0) + 1);
      }
      samples.get(OURS)?.push({
        [microsPerDecision.key]: timeDecisions(cases),
        [microsPerCase.key]: time(cases, decide),
        [microsPerCall.key]: timeStackCalls(false),
        [microsPerConditionalCall.key]: timeStackCalls(true),
      });
      samples.get(THEIRS)?.push({ [microsPerCase.key]: time(cases, witness) });
    }
    return {
      metrics: [microsPerCall, microsPerConditionalCall, microsPerDecision, microsPerCase],
      rows: toRows(samples),
      ratios: { vs_iam_simulate: { metric: microsPerCase, ours: OURS, baseline: THEIRS } },
      comparison: { ours: OURS, baseline: THEIRS },
      notes: [
        `${count} cases, ${allowed} of them allowed: the same verdict for ${count - sum(explained)}`,
        ...[...explained].map(([reason, times]) => `${times} differ: ${reason}`),
      ],
    };
  },
};

const decide: Decider = (permissionCase) => prepare(permissionCase)();

/** Parses the policies of a case once; returns a function that decides. */
function prepare(permissionCase: PermissionCase): () => boolean {
  const { identityPolicies, boundary, resourcePolicy, principalArn, action, resource, context } =
    permissionCase;
  const policies = {
    identity: identityPolicies.map((policy, index) =>
      parsePolicy(`identity ${index}`, policy, { type: 'identity' }),
    ),
    ...(boundary && { boundary: parsePolicy('boundary', boundary, { type: 'identity' }) }),
    ...(resourcePolicy && {
      resource: parsePolicy('resource', resourcePolicy, { type: 'resource' }),
    }),
  };
  return () =>
    evaluate({ principalArn, action, resource, context: createContext(context) }, policies, {
      type: 'aws',
      arn: principalArn,
      accountId: ACCOUNT,
    }).allowed;
}

/** @throws Error with the case when no known reason explains it */
function explain(permissionCase: PermissionCase, witness: Decider): string {
  let changed = permissionCase;
  for (const { reason, without } of EXPLANATIONS) {
    const alone = without(permissionCase);
    if (decide(alone) === witness(alone)) return reason;
    changed = without(changed);
    if (decide(changed) === witness(changed)) return `${reason} (with those above)`;
  }
  throw new Error(`no known reason explains this difference:\n${JSON.stringify(permissionCase)}`);
}

function timeDecisions(cases: readonly PermissionCase[]): number {
  const prepared = cases.map(prepare);
  const start = performance.now();
  for (const decision of prepared) decision();
  return ((performance.now() - start) * 1000) / cases.length;
}

function time(cases: readonly PermissionCase[], decider: Decider): number {
  const start = performance.now();
  for (const permissionCase of cases) decider(permissionCase);
  return ((performance.now() - start) * 1000) / cases.length;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, value) => total + value, 0);
}
