import { z } from 'zod';
import type { Tools } from '../tools/index.ts';

const detailSchema = z.object({
  Target: z.optional(z.object({ Attribute: z.optional(z.string()), Name: z.optional(z.string()) })),
});
const changeSchema = z.object({
  Action: z.enum(['Add', 'Modify', 'Remove', 'Import', 'Dynamic']),
  LogicalResourceId: z.string(),
  ResourceType: z.string(),
  Replacement: z.optional(z.enum(['True', 'False', 'Conditional'])),
  /** What happens to the old resource. */
  PolicyAction: z.optional(z.string()),
  Scope: z.optional(z.array(z.string())),
  Details: z.optional(z.array(detailSchema)),
});
const changeSetSchema = z.object({
  Status: z.string(),
  Changes: z.optional(z.array(z.object({ ResourceChange: z.optional(changeSchema) }))),
});

/** Types of resources whose data would be lost by a replacement or removal. */
const WITH_DATA = [
  'AWS::DynamoDB::Table',
  'AWS::SQS::Queue',
  'AWS::Logs::LogGroup',
  'AWS::ECR::Repository',
];

/** Types whose replacement gives clients another address. */
const WITH_ADDRESS = [
  'AWS::ApiGatewayV2::Api',
  'AWS::CloudFront::Distribution',
  'AWS::Lambda::Url',
];

export interface Change {
  readonly kind: 'add' | 'update' | 'may replace' | 'replace' | 'remove' | 'import';
  readonly id: string;
  readonly type: string;
  /** The names of the properties that change. */
  readonly properties: readonly string[];
  /** A warning, such as that data is lost. */
  readonly warning: string | undefined;
}

/**
 * The changes of a change set, the most serious first.
 *
 * @param changeSet its ARN
 * @throws DeployError when CloudFormation cannot be asked
 */
export async function readChangeSet(tools: Tools, changeSet: string): Promise<readonly Change[]> {
  const response = await tools.awsJson(
    'Reading the change set',
    ...['cloudformation', 'describe-change-set', '--change-set-name', changeSet],
  );
  const { Changes: changes = [] } = changeSetSchema.parse(response);
  return changes
    .flatMap(({ ResourceChange: change }) => (change === undefined ? [] : [changeOf(change)]))
    .toSorted((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1));
}

const SERIOUSNESS: readonly Change['kind'][] = [
  ...(['add', 'import', 'update', 'may replace', 'replace', 'remove'] as const),
];

function rank({ kind, warning }: Change): number {
  return SERIOUSNESS.indexOf(kind) + (warning === undefined ? 0 : SERIOUSNESS.length);
}

function changeOf(change: z.infer<typeof changeSchema>): Change {
  const {
    LogicalResourceId: id,
    ResourceType: type,
    Details: details = [],
    Scope: scope = [],
  } = change;
  const kind = kindOf(change);
  const names = details.flatMap(({ Target: { Attribute, Name } = {} }) => Name ?? Attribute ?? []);
  const properties = kind === 'add' || kind === 'remove' ? [] : names.length > 0 ? names : scope;
  return {
    ...{ kind, id, type },
    properties: [...new Set(properties)].toSorted(),
    warning: warningOf(kind, type, change.PolicyAction),
  };
}

function kindOf({ Action, Replacement }: z.infer<typeof changeSchema>): Change['kind'] {
  if (Action === 'Add') return 'add';
  if (Action === 'Remove') return 'remove';
  if (Action === 'Import') return 'import';
  if (Replacement === 'True') return 'replace';
  // With "Dynamic", only the execution decides what happens.
  return Replacement === 'Conditional' || Action === 'Dynamic' ? 'may replace' : 'update';
}

function warningOf(kind: Change['kind'], type: string, policy = ''): string | undefined {
  if (kind !== 'remove' && kind !== 'replace' && kind !== 'may replace') return undefined;
  if (WITH_DATA.includes(type)) {
    if (!policy.includes('Retain')) return 'its data is lost';
    return 'the old one stays with its data, outside of the stack';
  }
  if (WITH_ADDRESS.includes(type)) return 'its address is lost: clients have to learn the new one';
  return undefined;
}

/** The changes that lose data or an address, or leave data outside the stack. */
export function seriousChanges(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ warning }) => warning !== undefined);
}

/** The changes as lines of text: the number of each kind, then each change with its properties. */
export function explain(stackName: string, changes: readonly Change[]): readonly string[] {
  const counts = SERIOUSNESS.toReversed().flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} to ${kind}`];
  });
  return [
    `${stackName}: ${counts.join(', ') || 'nothing changes'}`,
    ...changes.map(({ kind, id, type, properties, warning }) =>
      [
        `  ${kind.padEnd(11)} ${id} (${type})`,
        properties.length === 0 ? '' : `: ${properties.join(', ')}`,
        warning === undefined ? '' : ` -- ${warning.toUpperCase()}`,
      ].join(''),
    ),
  ];
}
