import type { AlarmsResponse, ShownAlarm } from '../api/index.ts';
import type { WidgetData } from '../dashboards/index.ts';
import { get, part } from './api.ts';
import { Chart } from './chart.tsx';
import { useLive } from './live.ts';
import { goTo, linkTo, type Place, setQuery, timeOf } from './place.ts';
import { Badge, Empty, Fields, Problem } from './ui.tsx';
import { useData } from './use-data.ts';

/** The alarms of the template, or one of them with the graph of its metric. */
export function Alarms({ place }: { place: Place }) {
  const { data, error } = useAlarms();
  const chosen = data?.alarms.find(({ alarmName }) => alarmName === place.path[1]);
  return (
    <section class="page" tabIndex={0} aria-label="Alarms">
      <Problem text={error} />
      {data?.alarms.length === 0 && (
        <Empty title="The template has no alarms">
          Add an AWS::CloudWatch::Alarm to it; it is evaluated here on local metrics.
        </Empty>
      )}
      {chosen !== undefined && <Alarm key={chosen.alarmName} alarm={chosen} place={place} />}
      {data !== undefined && data.alarms.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>state</th>
              <th>alarm</th>
              <th>rings when</th>
              <th>since</th>
            </tr>
          </thead>
          <tbody>
            {data.alarms.map((alarm) => (
              <tr key={alarm.arn} class={alarm === chosen ? 'selected' : ''}>
                <td>
                  <State of={alarm} />
                </td>
                <td>
                  <a href={linkTo(['alarms', alarm.alarmName])}>{alarm.alarmName}</a>
                </td>
                <td>{alarm.condition}</td>
                <td class="short">{new Date(alarm.transitionedMs).toLocaleTimeString()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The alarms with their present states. */
export function useAlarms() {
  const loaded = useData('alarms', () => get<AlarmsResponse>('alarms'));
  useLive(true, ['alarm.changed'], 1000, loaded.reload);
  return loaded;
}

/** The state of an alarm, as a badge with its colour. */
export function State({ of }: { of: ShownAlarm }) {
  const tone = of.state === 'ALARM' ? 'fault' : of.state === 'OK' ? 'ok' : 'none';
  return <Badge tone={tone}>{of.state === 'INSUFFICIENT_DATA' ? 'no data' : of.state}</Badge>;
}

function Alarm({ alarm, place }: { alarm: ShownAlarm; place: Place }) {
  const time = timeOf(place);
  const { range, from, to } = place.query;
  const key = JSON.stringify([alarm.alarmName, alarm.state, range, from, to]);
  const { data, reload } = useData(key, () =>
    get<WidgetData>(`alarms/${part(alarm.alarmName)}/data`, time.now()),
  );
  useLive(time.isLive && alarm.type === 'metric', undefined, 5000, reload);
  const { threshold } = alarm;
  return (
    <article class="widget" aria-label={alarm.alarmName}>
      <h2>
        <State of={alarm} /> {alarm.alarmName}
      </h2>
      <Fields
        of={{
          about: alarm.description,
          runbook:
            alarm.links.length === 0 ? undefined : (
              <>
                {alarm.links.map((link) => (
                  <a key={link} href={link} target="_blank" rel="noreferrer">
                    {link}
                  </a>
                ))}
              </>
            ),
          'rings when': alarm.condition,
          reason: alarm.reason,
          'not evaluated': alarm.evaluationError,
        }}
      />
      <Problem text={data?.problem} />
      {data !== undefined && data.series.length > 0 && (
        <div class="chart-box tall">
          <Chart
            series={data.series}
            content={{
              ...{ stacked: false, left: {}, right: {}, vertical: [] },
              horizontal:
                threshold === undefined
                  ? []
                  : [{ value: threshold, label: 'threshold', yAxis: 'left' }],
            }}
            {...{ startMs: data.startMs, endMs: data.endMs, label: alarm.alarmName }}
            onZoom={(startMs, endMs) => {
              setQuery({ from: String(Math.round(startMs)), to: String(Math.round(endMs)) });
            }}
            onPick={(timeMs) => {
              const period = (alarm.periodSeconds ?? 60) * 1000;
              const start = Math.floor(timeMs / period) * period;
              goTo(['traces'], {
                from: String(start),
                to: String(start + period),
                range: undefined,
              });
            }}
          />
        </div>
      )}
      {alarm.history.length > 0 && (
        <>
          <h2>History</h2>
          {alarm.history.slice(0, 50).map((item, index) => (
            <p key={index}>
              <time>{new Date(item.timeMs).toLocaleString()}</time> {item.summary}
            </p>
          ))}
        </>
      )}
    </article>
  );
}
