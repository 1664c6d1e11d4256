import type { ScheduleRow } from '../../api/index.ts';
import type { Place } from '../place.ts';
import { Badge, Code, Empty, Fields, Problem } from '../ui.tsx';
import { ChoiceTable } from './choice-table.tsx';
import { Deliveries, Target } from './deliveries.tsx';
import { Moment } from './moment.tsx';
import { useSenders } from './use-senders.ts';

/** The schedules, and the next run, input and last runs of the selected one. */
export function Schedules({ name, place }: { name: string | undefined; place: Place }) {
  const { data, error } = useSenders<{ schedules: readonly ScheduleRow[] }>('schedules', place);
  const schedule = data?.schedules.find((one) => one.name === name);
  if (data?.schedules.length === 0) {
    return (
      <Empty title="The template has no schedules">Add an AWS::Scheduler::Schedule to it.</Empty>
    );
  }
  return (
    <>
      <Problem text={error} />
      <ChoiceTable
        {...{ kind: 'schedules', title: 'schedule', rows: data?.schedules ?? [], chosen: name }}
        nameOf={(one) => one.name}
        columns={{
          expression: { of: ({ expression, timeZone }) => `${expression} ${timeZone ?? ''}` },
          target: { of: ({ targetArn }) => <Target arn={targetArn} /> },
          'next run': { of: nextRunOf },
          'last run': { of: ({ deliveries: [last] }) => last && <Moment ms={last.timeMs} /> },
        }}
      />
      {schedule !== undefined && (
        <>
          <Fields
            of={{
              'logical id': schedule.logicalId,
              group: schedule.groupName,
              expression: schedule.expression,
              'time zone': schedule.timeZone ?? 'UTC',
              'next run': nextRunOf(schedule),
              target: <Target arn={schedule.targetArn} />,
            }}
          />
          {schedule.input !== undefined && (
            <>
              <h2>Input</h2>
              <Code text={schedule.input} label="Input of the target" />
            </>
          )}
          <Deliveries rows={schedule.deliveries} title="Last runs" />
        </>
      )}
    </>
  );
}

function nextRunOf({ isEnabled, nextMs }: ScheduleRow) {
  if (!isEnabled) return <Badge tone="warn">off</Badge>;
  return nextMs === undefined ? 'never again' : <Moment ms={nextMs} />;
}
