import type { DeliveryRow } from '../../api/index.ts';
import { clock } from '../format.ts';
import { linkTo } from '../place.ts';
import { Badge, Empty } from '../ui.tsx';

const TONES = { delivered: 'ok', retried: 'warn', failed: 'fault' } as const;

/** The latest deliveries of a bucket, topic, rule or schedule. */
export function Deliveries({ rows, title }: { rows: readonly DeliveryRow[]; title: string }) {
  return (
    <>
      <h2>
        {title} ({rows.length})
      </h2>
      {rows.length === 0 ? (
        <Empty title="None in this range">What is sent appears here as it is sent.</Empty>
      ) : (
        <table aria-label={title}>
          <thead>
            <tr>
              <th>at</th>
              <th>to</th>
              <th>outcome</th>
              <th class="number">attempt</th>
              <th>error</th>
              <th>led to</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                <td class="short">{clock(row.timeMs)}</td>
                <td>
                  <Target arn={row.target} />
                </td>
                <td class="short">
                  <Badge tone={TONES[row.outcome]}>{row.outcome}</Badge>
                </td>
                <td class="number">{row.attempt}</td>
                <td>{row.error}</td>
                <td class="short">
                  {row.traceId !== undefined && <a href={linkTo(['traces', row.traceId])}>trace</a>}{' '}
                  {row.invocationId !== undefined && (
                    <a href={linkTo(['invocations', row.invocationId])}>invocation</a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/**
 * The name of a target, with a link to its view.
 *
 * @param arn ARN or address
 */
export function Target({ arn }: { arn: string }) {
  const [, , service, , , ...resource] = arn.split(':');
  const name = resource.join(':').split('/').at(-1) ?? '';
  switch (service) {
    case 'lambda': {
      const fn = resource[1] ?? '';
      return <a href={linkTo(['data', 'functions', fn])}>{resource.slice(1).join(':')}</a>;
    }
    case 'sqs':
      return <a href={linkTo(['data', 'queues', name])}>{name}</a>;
    case 'sns':
      return <a href={linkTo(['data', 'topics', name])}>{name}</a>;
    case 'events':
      return <a href={linkTo(['data', 'rules'])}>{name}</a>;
    default:
      return <code>{arn}</code>;
  }
}
