import type {
  ChartSeries,
  Dashboard,
  MetricContent,
  Widget,
  WidgetData,
} from '../dashboards/index.ts';
import { State, useAlarms } from './alarms.tsx';
import { get, part } from './api.ts';
import { Chart, colorOf } from './chart.tsx';
import { figure } from './format.ts';
import { useLive } from './live.ts';
import { Markdown } from './markdown.tsx';
import { goTo, linkTo, type Place, setQuery, timeOf } from './place.ts';
import { Badge, Empty, Problem } from './ui.tsx';
import { useData } from './use-data.ts';

/** The dashboards of the template, drawn from local data. */
export function Dashboards({ place }: { place: Place }) {
  const { data, error } = useData('dashboards', () =>
    get<{ dashboards: readonly Dashboard[] }>('dashboards'),
  );
  const dashboards = data?.dashboards ?? [];
  const chosen = dashboards.find(({ name }) => name === place.path[1]) ?? dashboards[0];
  return (
    <section class="page" tabIndex={0} aria-label="Dashboards">
      <Problem text={error ?? chosen?.problem} />
      {chosen?.problem === undefined && chosen?.widgets.length === 0 && (
        <Empty title="There is nothing to draw">
          The dashboard has no widgets. Those of an AWS::CloudWatch::Dashboard of the template are
          drawn here from local data.
        </Empty>
      )}
      {dashboards.length > 1 && (
        <div class="tools" role="navigation" aria-label="Dashboards of the template">
          {dashboards.map(({ name }) => (
            <a
              key={name}
              class="tab"
              href={linkTo(['dashboards', name])}
              aria-current={name === chosen?.name ? 'page' : undefined}
            >
              {name}
            </a>
          ))}
        </div>
      )}
      {chosen !== undefined && (
        <>
          <p class="muted">
            {chosen.name}
            {chosen.logicalId === undefined && ' (the metrics of every resource of the template)'} ·
            drag over a chart to zoom, click a point for the traces and logs of that moment
          </p>
          <div class="grid">
            {chosen.widgets.map((widget, index) => (
              <WidgetBox
                key={`${chosen.name} ${index}`}
                {...{ widget, index, place }}
                dashboard={chosen.name}
              />
            ))}
          </div>
        </>
      )}
    </section>
  );
}

/** The height of a row of CloudWatch's grid in pixels. */
const ROW = 50;

function WidgetBox({
  widget,
  index,
  dashboard,
  place,
}: {
  widget: Widget;
  index: number;
  dashboard: string;
  place: Place;
}) {
  const { x, y, width, height, title, content } = widget;
  const style = {
    gridColumn: `${x + 1} / span ${Math.min(24, width)}`,
    gridRow: `${y + 1} / span ${height}`,
    minHeight: `${height * ROW - 10}px`,
  };
  return (
    <article
      class={`widget ${content.type}`}
      style={style}
      aria-label={title || `Widget ${index + 1}`}
    >
      {title !== '' && <h2>{title}</h2>}
      {content.type === 'metric' && (
        <MetricWidget {...{ content, dashboard, index, place }} title={title} />
      )}
      {content.type === 'text' && <Markdown text={content.markdown} />}
      {content.type === 'alarm' && <AlarmStates arns={content.alarms} />}
      {content.type === 'unsupported' && <p class="muted">{content.reason}</p>}
    </article>
  );
}

function MetricWidget({
  content,
  dashboard,
  index,
  place,
  title,
}: {
  content: MetricContent;
  dashboard: string;
  index: number;
  place: Place;
  title: string;
}) {
  const time = timeOf(place);
  const key = JSON.stringify([
    dashboard,
    index,
    place.query.range,
    place.query.from,
    place.query.to,
  ]);
  const { data, error, reload } = useData(key, () =>
    get<WidgetData>(`dashboards/${part(dashboard)}/widgets/${index}/data`, time.now()),
  );
  useLive(time.isLive, undefined, 5000, reload);
  const series = data?.series ?? [];
  const problem = error ?? data?.problem;
  return (
    <>
      <Problem text={problem} />
      {content.notes.map((note) => (
        <p key={note} class="muted">
          {note}
        </p>
      ))}
      {data !== undefined && problem === undefined && (
        <View {...{ content, data, series, title }} />
      )}
    </>
  );
}

function View({
  content,
  data,
  series,
  title,
}: {
  content: MetricContent;
  data: WidgetData;
  series: readonly ChartSeries[];
  title: string;
}) {
  const hasValues = series.some(({ values }) => values.length > 0);
  const pick = (timeMs: number): void => {
    const period = Math.max(...content.queries.map(periodOf), 60) * 1000;
    const from = String(Math.floor(timeMs / period) * period);
    goTo(['traces'], { from, to: String(Number(from) + period), range: undefined });
  };
  const zoom = (startMs: number, endMs: number): void => {
    setQuery({ from: String(Math.round(startMs)), to: String(Math.round(endMs)) });
  };
  if (content.view === 'singleValue' || content.view === 'gauge') {
    return (
      <div class="figures">
        {series.map((one, index) => (
          <div key={one.label} class="figure">
            <span class="figure-value" style={{ color: colorOf(index, one.color) }}>
              {one.values.length === 0 ? '–' : figure(one.values.at(-1) ?? 0)}
            </span>
            <span>{one.label}</span>
            {content.view === 'gauge' && (
              <meter
                min={content.left.min ?? 0}
                max={content.left.max ?? 100}
                value={one.values.at(-1) ?? 0}
                aria-label={one.label}
              />
            )}
          </div>
        ))}
      </div>
    );
  }
  if (content.view === 'timeSeries') {
    return (
      <>
        <div class="chart-box">
          <Chart
            {...{ series, content }}
            startMs={data.startMs}
            endMs={data.endMs}
            label={title}
            onZoom={zoom}
            onPick={pick}
          />
          {!hasValues && <p class="chart-note">No values in this range</p>}
        </div>
        <Legend series={series} />
      </>
    );
  }
  return <Totals series={series} view={content.view} />;
}

function periodOf(query: MetricContent['queries'][number]): number {
  return query.metricStat?.periodSeconds ?? query.periodSeconds ?? 60;
}

function Legend({ series }: { series: readonly ChartSeries[] }) {
  return (
    <ul class="legend">
      {series.map(({ label, values, color, yAxis }, index) => (
        <li key={`${label} ${index}`}>
          <span class="swatch" style={{ background: colorOf(index, color) }} aria-hidden="true" />
          {label}
          {yAxis === 'right' && ' (right)'}{' '}
          <b>{values.length === 0 ? '–' : figure(values.at(-1) ?? 0)}</b>
        </li>
      ))}
    </ul>
  );
}

/** Bars, pies and tables show the latest value of each series. */
function Totals({ series, view }: { series: readonly ChartSeries[]; view: string }) {
  const latest = series.map(({ values }) => values.at(-1) ?? 0);
  const most = Math.max(...latest, 1e-9);
  const sum = latest.reduce((total, value) => total + value, 0);
  return (
    <table>
      <tbody>
        {series.map(({ label, color }, index) => {
          const value = latest[index] ?? 0;
          const share = view === 'pie' ? (sum === 0 ? 0 : value / sum) : value / most;
          return (
            <tr key={`${label} ${index}`}>
              <th scope="row">{label}</th>
              {view !== 'table' && (
                <td class="bar-cell">
                  <span class="meter" aria-hidden="true">
                    <span style={{ width: `${share * 100}%`, background: colorOf(index, color) }} />
                  </span>
                </td>
              )}
              <td class="number">
                {figure(value)}
                {view === 'pie' && ` (${Math.round(share * 100)} %)`}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function AlarmStates({ arns }: { arns: readonly string[] }) {
  const { data } = useAlarms();
  return (
    <ul class="alarms">
      {arns.map((arn) => {
        const alarm = data?.alarms.find((one) => one.arn === arn);
        const name = alarm?.alarmName ?? arn.split(':alarm:')[1] ?? arn;
        return (
          <li key={arn}>
            {alarm === undefined ? (
              <Badge tone="none">not of this stack</Badge>
            ) : (
              <State of={alarm} />
            )}
            <a href={linkTo(['alarms', name])}>{name}</a>
          </li>
        );
      })}
    </ul>
  );
}
