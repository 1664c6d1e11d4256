import { useState } from 'preact/hooks';
import { get, part, problemOf, send } from '../api.ts';
import { linkTo } from '../place.ts';
import { Code, Empty, Problem } from '../ui.tsx';
import { useData } from '../use-data.ts';

interface Queue {
  readonly queueName: string;
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  readonly deadLettersOf: readonly string[];
}

/** A message, and why it is a dead letter. */
interface PeekedMessage {
  readonly reason?: string;
  readonly message: object;
}

/** The queues, and what is in the one that was chosen. */
export function Queues({ name }: { name: string | undefined }) {
  const { data, error, reload } = useData('queues', () =>
    get<{ queues: readonly Queue[] }>('queues'),
  );
  const [messages, setMessages] = useState<readonly PeekedMessage[]>();
  const [said, setSaid] = useState<string>();
  const queue = data?.queues.find((one) => one.queueName === name);
  const act = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (failure) {
      setSaid(problemOf(failure));
    }
    await reload();
  };
  if (data?.queues.length === 0) {
    return <Empty title="The template has no queues">Add an AWS::SQS::Queue to it.</Empty>;
  }
  return (
    <>
      <Problem text={error} />
      <table>
        <thead>
          <tr>
            <th>queue</th>
            <th class="number">visible</th>
            <th class="number">in flight</th>
            <th class="number">delayed</th>
            <th>dead letters of</th>
          </tr>
        </thead>
        <tbody>
          {data?.queues.map((one) => (
            <tr key={one.queueName} class={one.queueName === name ? 'selected' : ''}>
              <td>
                <a href={linkTo(['data', 'queues', one.queueName])}>{one.queueName}</a>
              </td>
              <td class="number">{one.visible}</td>
              <td class="number">{one.notVisible}</td>
              <td class="number">{one.delayed}</td>
              <td>{one.deadLettersOf.join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {queue !== undefined && (
        <>
          <div class="tools">
            <button
              type="button"
              onClick={() =>
                void act(async () => {
                  const response = await send<{
                    messages: readonly PeekedMessage[];
                  }>('POST', `queues/${part(queue.queueName)}/peek`);
                  setMessages(response.messages);
                  setSaid(response.messages.length === 0 ? 'No message is visible.' : undefined);
                })
              }
            >
              Look at messages
            </button>
            <small>It counts as a receive of each.</small>
            {queue.deadLettersOf.map((to) => (
              <button
                key={to}
                type="button"
                onClick={() =>
                  void act(async () => {
                    const { moved } = await send<{ moved: number }>(
                      'POST',
                      `queues/${part(queue.queueName)}/redrive`,
                      { to },
                    );
                    setSaid(`${moved} messages moved to ${to}.`);
                  })
                }
              >
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
      )}
    </>
  );
}
