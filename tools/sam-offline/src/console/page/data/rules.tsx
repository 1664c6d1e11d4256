import type { RuleRow } from '../../api/index.ts';
import type { Place } from '../place.ts';
import { Badge, Code, Empty, Fields, Problem } from '../ui.tsx';
import { ChoiceTable } from './choice-table.tsx';
import { Deliveries, Target } from './deliveries.tsx';
import { Moment } from './moment.tsx';
import { useSenders } from './use-senders.ts';

/** The rules of the event buses, and the pattern, targets and last matches of the selected one. */
export function Rules({ name, place }: { name: string | undefined; place: Place }) {
  const { data, error } = useSenders<{ rules: readonly RuleRow[] }>('rules', place);
  const rule = data?.rules.find((one) => one.name === name);
  if (data?.rules.length === 0) {
    return <Empty title="The template has no rules">Add an AWS::Events::Rule to it.</Empty>;
  }
  return (
    <>
      <Problem text={error} />
      <ChoiceTable
        {...{ kind: 'rules', title: 'rule', rows: data?.rules ?? [], chosen: name }}
        nameOf={(one) => one.name}
        columns={{
          'event bus': { of: ({ eventBusName }) => eventBusName },
          'matches or runs': {
            of: ({ eventPattern, scheduleExpression }) => scheduleExpression ?? eventPattern,
          },
          targets: { of: ({ targets }) => targets.length, isNumber: true },
          state: {
            of: ({ isEnabled }) => (isEnabled ? 'enabled' : <Badge tone="warn">off</Badge>),
          },
          'last match': { of: ({ deliveries: [last] }) => last && <Moment ms={last.timeMs} /> },
        }}
      />
      {rule !== undefined && (
        <>
          <Fields
            of={{
              'logical id': rule.logicalId,
              description: rule.description,
              'event bus': rule.eventBusName,
              schedule: rule.scheduleExpression,
              'next run': rule.nextMs && <Moment ms={rule.nextMs} />,
            }}
          />
          {rule.eventPattern !== undefined && (
            <>
              <h2>Pattern</h2>
              <Code text={rule.eventPattern} label="Event pattern" />
            </>
          )}
          <h2>Targets ({rule.targets.length})</h2>
          <ul>
            {rule.targets.map(({ id, arn }) => (
              <li key={id}>
                {id}: <Target arn={arn} />
              </li>
            ))}
          </ul>
          <Deliveries rows={rule.deliveries} title="Last matches" />
        </>
      )}
    </>
  );
}
