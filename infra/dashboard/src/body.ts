import * as sections from './sections.ts';
import { stackResources } from './template.ts';
import { placed, type Widget } from './widgets.ts';

export interface DashboardBody {
  readonly start: string;
  readonly periodOverride: 'inherit' | 'auto';
  readonly widgets: readonly Widget[];
}

/** Makes the dashboard of the stack that a template describes. */
export function dashboardBody(template: string): DashboardBody {
  const resources = stackResources(template);
  return {
    // A connection lasts at most two hours, so in three hours the derived number of open ones
    // becomes complete.
    start: '-PT3H',
    periodOverride: 'inherit',
    widgets: placed([
      sections.alarms(resources),
      sections.traffic(),
      sections.connections(),
      sections.delivery(),
      sections.streamsAndQueues(resources),
      sections.functions(resources),
      sections.tables(resources),
      sections.webApp(),
      sections.cost(resources),
    ]),
  };
}

const START = '  # ---- Dashboard (made by infra/dashboard: do not edit) ---';
const END = '  # ---- end of the dashboard ---';

/** Returns the template with its dashboard made again. */
export function withDashboard(template: string): string {
  const start = template.indexOf(START);
  const end = template.indexOf(END);
  if (start === -1 || end === -1) {
    throw new Error(
      `the template has no lines "${START.trim()}" and "${END.trim()}" to write between`,
    );
  }
  const { widgets, ...rest } = dashboardBody(template);
  // Each widget is on one line, so that a change of a widget is a change of one line.
  const body = [
    `${JSON.stringify(rest).slice(0, -1)},"widgets":[`,
    ...widgets.map(
      (widget, index) => `${JSON.stringify(widget)}${index < widgets.length - 1 ? ',' : ''}`,
    ),
    ']}',
  ];
  return [
    template.slice(0, start),
    START,
    '\n  Dashboard:\n    Type: AWS::CloudWatch::Dashboard\n    Properties:\n      DashboardName: !Ref AWS::StackName\n      DashboardBody: !Sub |\n',
    body.map((line) => `        ${line}\n`).join(''),
    '\n',
    template.slice(end),
  ].join('');
}
