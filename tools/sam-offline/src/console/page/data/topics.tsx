import { useState } from 'preact/hooks';
import type { TopicRow } from '../../api/index.ts';
import { part, problemOf, send } from '../api.ts';
import { TextArea, TextField } from '../fields.tsx';
import { linkTo, type Place } from '../place.ts';
import { Badge, Empty, Fields, Problem } from '../ui.tsx';
import { ChoiceTable } from './choice-table.tsx';
import { Confirm } from './confirm.tsx';
import { Deliveries, Target } from './deliveries.tsx';
import { useSenders } from './use-senders.ts';

/** The topics, and the subscriptions and last messages of the selected one. */
export function Topics({ name, place }: { name: string | undefined; place: Place }) {
  const { data, error } = useSenders<{ topics: readonly TopicRow[] }>('topics', place);
  const topic = data?.topics.find(({ topicName }) => topicName === name);
  if (data?.topics.length === 0) {
    return <Empty title="The template has no topics">Add an AWS::SNS::Topic to it.</Empty>;
  }
  return (
    <>
      <Problem text={error} />
      <ChoiceTable
        {...{ kind: 'topics', title: 'topic', rows: data?.topics ?? [], chosen: name }}
        nameOf={({ topicName }) => topicName}
        columns={{
          'logical id': { of: ({ logicalId }) => logicalId },
          subscriptions: { of: ({ subscriptions }) => subscriptions.length, isNumber: true },
        }}
      />
      {topic !== undefined && (
        <>
          <Publish key={topic.arn} topic={topic} />
          <h2>Subscriptions ({topic.subscriptions.length})</h2>
          {topic.subscriptions.map(({ arn, protocol, endpoint, isConfirmed, attributes }) => (
            <article key={arn} class="subscription">
              <p>
                <Badge tone={isConfirmed ? 'ok' : 'warn'}>
                  {isConfirmed ? protocol : `${protocol}, not confirmed`}
                </Badge>{' '}
                <Target arn={endpoint} />
              </p>
              <Fields of={attributes} />
            </article>
          ))}
          <Deliveries rows={topic.deliveries} title="Last messages sent" />
        </>
      )}
    </>
  );
}

/** A form that publishes a message after a confirmation, since subscribers get it. */
function Publish({ topic }: { topic: TopicRow }) {
  const [message, setMessage] = useState('');
  const [subject, setSubject] = useState('');
  const [group, setGroup] = useState('');
  const [problem, setProblem] = useState<string>();
  const [traceId, setTraceId] = useState<string>();
  const publish = async (): Promise<void> => {
    setProblem(undefined);
    setTraceId(undefined);
    try {
      const { traceId: led } = await send<{ traceId: string }>(
        'POST',
        `topics/${part(topic.topicName)}/messages`,
        {
          message,
          ...(subject !== '' && { subject }),
          ...(topic.isFifo && { messageGroupId: group, deduplicationId: crypto.randomUUID() }),
        },
      );
      setTraceId(led);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <section aria-label="Publish">
      <h2>Publish a message</h2>
      <Problem text={problem} />
      <TextArea label="Message" rows={4} value={message} onType={setMessage} />
      <div class="tools">
        <TextField label="Subject" placeholder="subject" value={subject} onType={setSubject} />
        {topic.isFifo && (
          <TextField
            label="Message group"
            placeholder="message group"
            value={group}
            onType={setGroup}
          />
        )}
        <Confirm
          actions={{ Publish: 'Publish it' }}
          question={() =>
            `Publish this message to ${topic.topicName}? Its ${topic.subscriptions.length} subscriptions get it.`
          }
          isDisabled={message === ''}
          onConfirm={publish}
        />
        {traceId !== undefined && (
          <p role="status">
            Published. <a href={linkTo(['traces', traceId])}>What it led to</a>
          </p>
        )}
      </div>
    </section>
  );
}
