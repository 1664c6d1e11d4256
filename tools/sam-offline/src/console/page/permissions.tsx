import { get } from './api.ts';
import { clock } from './format.ts';
import { useLive } from './live.ts';
import { type Place, timeOf } from './place.ts';
import { Code, Empty, Problem } from './ui.tsx';
import { useData } from './use-data.ts';

interface Answer {
  readonly denials: readonly {
    readonly principal: string;
    readonly action: string;
    readonly resource: string;
    readonly reason: string;
    readonly statement: object;
    readonly timeMs: number;
    readonly times: number;
  }[];
  readonly used: readonly {
    readonly principal: string;
    readonly action: string;
    readonly times: number;
  }[];
}

/** What functions were denied, with the statement that would allow it, and what they used. */
export function Permissions({ place }: { place: Place }) {
  const time = timeOf(place);
  const key = JSON.stringify([place.query.range, place.query.from, place.query.to]);
  const { data, error, reload } = useData(key, () => get<Answer>('permissions', time.now()));
  useLive(time.isLive, ['permission.denied', 'permission.granted'], 2000, reload);
  return (
    <section class="page" tabIndex={0} aria-label="Permissions">
      <Problem text={error} />
      <h2>Denied</h2>
      {data?.denials.length === 0 && (
        <Empty title="Nothing was denied in this range">
          A call that a function’s role does not allow appears here, with the statement to add.
        </Empty>
      )}
      {data?.denials.map((denial) => (
        <article key={`${denial.principal} ${denial.action} ${denial.resource}`} class="denial">
          <p>
            <time>{clock(denial.timeMs)}</time>{' '}
            <strong>{denial.principal.split('/').at(-1)}</strong> may not{' '}
            <code>{denial.action}</code> on <code>{denial.resource}</code>, {denial.times} times:{' '}
            {denial.reason}
          </p>
          <Code text={JSON.stringify(denial.statement)} label="Statement that would allow it" />
        </article>
      ))}
      <h2>Used</h2>
      {data?.used.length === 0 && (
        <p class="muted">No use of a permission was seen in this range.</p>
      )}
      <table>
        <tbody>
          {data?.used.map((one) => (
            <tr key={`${one.principal} ${one.action}`}>
              <td>{one.principal.split('/').at(-1)}</td>
              <td>
                <code>{one.action}</code>
              </td>
              <td class="number">{one.times}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
