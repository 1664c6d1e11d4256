import { useState } from 'preact/hooks';
import { get, part, problemOf, send } from '../api.ts';
import { Code, Empty, Problem } from '../ui.tsx';
import { useLive } from '../live.ts';
import { useData } from '../use-data.ts';
import { ChoiceTable } from './choice-table.tsx';

interface Queue {
  readonly queueName: string;
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  readonly deadLettersOf: readonly string[];
}

/** A message, and for a dead letter the reason. */
interface PeekedMessage {
  readonly reason?: string;
  readonly message: object;
}

/** The types of facts after which a queue may have other messages. */
const MOVED = ['queue.depth', 'aws.call', 'batch.read', 'delivery', 'message.dead-lettered'];

/** The queues, and the messages of the selected one. */
export function Queues({ name }: { name: string | undefined }) {
  const { data, error, reload } = useData('queues', () =>
    get<{ queues: readonly Queue[] }>('queues'),
  );
  useLive(true, MOVED, 1000, reload);
  const queue = data?.queues.find((one) => one.queueName === name);
  if (data?.queues.length === 0) {
    return <Empty title="The template has no queues">Add an AWS::SQS::Queue to it.</Empty>;
  }
  return (
    <>
      <Problem text={error} />
      <ChoiceTable
        {...{ kind: 'queues', title: 'queue', rows: data?.queues ?? [], chosen: name }}
        nameOf={({ queueName }) => queueName}
        columns={{
          visible: { of: ({ visible }) => visible, isNumber: true },
          'in flight': { of: ({ notVisible }) => notVisible, isNumber: true },
          delayed: { of: ({ delayed }) => delayed, isNumber: true },
          'dead letters of': { of: ({ deadLettersOf }) => deadLettersOf.join(', ') },
        }}
      />
      {queue !== undefined && <Messages key={queue.queueName} {...{ queue, reload }} />}
    </>
  );
}

/** The actions on the messages of a queue. */
function Messages({ queue, reload }: { queue: Queue; reload: () => Promise<void> }) {
  const [messages, setMessages] = useState<readonly PeekedMessage[]>();
  const [said, setSaid] = useState<string>();
  const path = `queues/${part(queue.queueName)}`;
  const act = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (failure) {
      setSaid(problemOf(failure));
    }
    await reload();
  };
  const peek = async (): Promise<void> => {
    const response = await send<{ messages: readonly PeekedMessage[] }>('POST', `${path}/peek`);
    setMessages(response.messages);
    setSaid(response.messages.length === 0 ? 'No message is visible.' : undefined);
  };
  const redriveTo = async (to: string): Promise<void> => {
    const { moved } = await send<{ moved: number }>('POST', `${path}/redrive`, { to });
    setSaid(`${moved} messages moved to ${to}.`);
  };
  return (
    <>
      <div class="tools">
        <button type="button" onClick={() => void act(peek)}>
          Look at messages
        </button>
        <small>It counts as a receive of each.</small>
        {queue.deadLettersOf.map((to) => (
          <button key={to} type="button" onClick={() => void act(() => redriveTo(to))}>
            Redrive to {to}
          </button>
        ))}
      </div>
      {said !== undefined && <p role="status">{said}</p>}
      {messages?.map(({ reason, message }, index) => (
        <div key={index}>
          {reason !== undefined && <p>{reason}</p>}
          <Code text={JSON.stringify(message)} label={`Message ${index + 1}`} />
        </div>
      ))}
    </>
  );
}
