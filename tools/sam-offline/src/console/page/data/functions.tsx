import { useState } from 'preact/hooks';
import { get, part, problemOf, send } from '../api.ts';
import { TextArea } from '../fields.tsx';
import { goTo, linkTo } from '../place.ts';
import { Code, Empty, Fields, Problem, ShowSecrets } from '../ui.tsx';
import { useData } from '../use-data.ts';
import { Chooser } from './chooser.tsx';

interface Fn {
  readonly logicalId: string;
  readonly functionName: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly memorySizeMb: number;
  readonly timeoutMs: number;
  readonly reservedConcurrency?: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role?: object;
}

/** A function’s configuration, and a form to invoke it. */
export function Functions({ name }: { name: string | undefined }) {
  const [reveal, setReveal] = useState(false);
  const { data, error } = useData(`functions ${reveal}`, () =>
    get<{ functions: readonly Fn[] }>('stack', { reveal: reveal || undefined }),
  );
  const [event, setEvent] = useState('{}');
  const [problem, setProblem] = useState<string>();
  const fn = data?.functions.find((one) => one.functionName === name) ?? data?.functions[0];
  if (fn === undefined) {
    return data === undefined ? (
      <Problem text={error} />
    ) : (
      <Empty title="The template has no functions" />
    );
  }
  return (
    <>
      <div class="tools">
        <Chooser
          kind="functions"
          names={data?.functions.map((one) => one.functionName) ?? []}
          chosen={fn.functionName}
        />
        <a href={linkTo(['invocations'], { q: `function:${fn.functionName}` })}>Invocations</a>
        <a href={linkTo(['logs'], { q: `function:${fn.functionName}` })}>Logs</a>
        <ShowSecrets isOn={reveal} onChange={setReveal} />
      </div>
      <Problem text={error ?? problem} />
      <Fields
        of={{
          'logical id': fn.logicalId,
          runtime: fn.runtime,
          handler: fn.handler,
          memory: `${fn.memorySizeMb} MB`,
          timeout: `${fn.timeoutMs / 1000} s`,
          'reserved concurrency': fn.reservedConcurrency,
        }}
      />
      <div class="columns">
        <div>
          <h2>Environment</h2>
          <Code text={JSON.stringify(fn.environment)} label="Environment variables" />
        </div>
        <div>
          <h2>Invoke it</h2>
          <TextArea label="Event" rows={8} value={event} onType={setEvent} />
          <button
            type="button"
            onClick={() => {
              setProblem(undefined);
              send<{ requestId: string }>('POST', `functions/${part(fn.logicalId)}/invocations`, {
                event,
              })
                .then(({ requestId }) => {
                  goTo(['invocations', requestId]);
                })
                .catch((failure: unknown) => {
                  setProblem(problemOf(failure));
                });
            }}
          >
            Invoke
          </button>
        </div>
      </div>
      {fn.role !== undefined && (
        <>
          <h2>Role</h2>
          <Code text={JSON.stringify(fn.role)} label="Role" />
        </>
      )}
    </>
  );
}
