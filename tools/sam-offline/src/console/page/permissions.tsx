import type { PermissionsResponse, RoleReport } from '../api/index.ts';
import { get } from './api.ts';
import { clock } from './format.ts';
import { useLive } from './live.ts';
import { linkTo } from './place.ts';
import { Badge, Code, Empty, Problem } from './ui.tsx';
import { useData } from './use-data.ts';

/**
 * The denied calls with the statements that would allow them, and the statements that grant more
 * than was used.
 */
export function Permissions() {
  const { data, error, reload } = useData('permissions', () =>
    get<PermissionsResponse>('permissions'),
  );
  useLive(true, ['permission.denied', 'permission.granted'], 2000, reload);
  return (
    <section class="page" tabIndex={0} aria-label="Permissions">
      <Problem text={error} />
      <h2>Denied</h2>
      {data?.denials.length === 0 && (
        <Empty title="Nothing was denied">
          A call that a function’s role does not allow appears here, with the statement to add.
        </Empty>
      )}
      {data?.denials.map((denial) => (
        <article key={`${denial.principal} ${denial.action} ${denial.resource}`} class="denial">
          <p>
            <time>{clock(denial.timeMs)}</time>{' '}
            <strong>{denial.principal.split('/').at(-1)}</strong> may not{' '}
            <code>{denial.action}</code> on <code>{denial.resource}</code>
            {!denial.enforced && <Badge tone="cold">passed, only reported</Badge>}
          </p>
          <p class="muted">
            {denial.reason}
            {denial.deniedBy !== undefined &&
              ` It is denied by ${denial.deniedBy}${denial.templateLine === undefined ? '' : `, line ${denial.templateLine} of the template`}.`}
          </p>
          {denial.suggestion !== undefined && (
            <Code text={denial.suggestion} label="Statement that would allow it" />
          )}
        </article>
      ))}
      <h2>Granted</h2>
      <p class="muted">
        Statements of the template that no call has needed yet, or that allow more than was needed.
        AWS’s managed policies are not listed.
      </p>
      <table>
        <thead>
          <tr>
            <th>function</th>
            <th>finding</th>
            <th>action</th>
            <th>resource</th>
            <th>line</th>
          </tr>
        </thead>
        <tbody>{data?.roles.flatMap(rowsOf)}</tbody>
      </table>
    </section>
  );
}

const WORDS = { unused: 'never used', wide: 'too wide', missing: 'missing' } as const;

function rowsOf({ logicalId, functionName, unchecked, used, findings }: RoleReport) {
  const name = (
    <a href={linkTo(['data', 'functions', functionName])} title={functionName}>
      {logicalId}
    </a>
  );
  if (unchecked !== undefined || used.length === 0 || findings.length === 0) {
    const why =
      unchecked !== undefined
        ? `not checked: ${unchecked}`
        : used.length === 0
          ? 'made no call yet'
          : 'uses all that it is granted';
    return [
      <tr key={logicalId}>
        <td>{name}</td>
        <td colSpan={4} class="muted">
          {why}
        </td>
      </tr>,
    ];
  }
  return findings.map(({ kind, action, resource, used: needed, line }, index) => (
    <tr key={`${logicalId} ${index}`}>
      <td>{index === 0 ? name : ''}</td>
      <td>
        <Badge tone={kind === 'wide' ? 'cold' : 'none'}>{WORDS[kind]}</Badge>
      </td>
      <td>
        <code>{action}</code>
        {needed !== undefined && <small> used: {needed.join(', ')}</small>}
      </td>
      <td>
        <code>{resource}</code>
      </td>
      <td class="number">{line ?? ''}</td>
    </tr>
  ));
}
