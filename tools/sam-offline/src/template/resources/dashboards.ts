import type { Dashboard } from '../model.ts';
import type { StackResources } from './stack-resources.ts';

/**
 * Reads all dashboards of the stack, with the body that CloudWatch would get. A dashboard without a
 * body is only a warning, because the stack runs without it.
 */
export function dashboardsOf(resources: StackResources): Dashboard[] {
  return resources.ofType('AWS::CloudWatch::Dashboard').flatMap((entry) => {
    const properties = resources.read(entry);
    const body = properties.value('DashboardBody');
    if (typeof body !== 'string') {
      resources.diagnostics.warn(
        properties.at('DashboardBody'),
        'the dashboard is left out: expected its JSON as text',
      );
      return [];
    }
    return [
      {
        logicalId: entry.logicalId,
        name: properties.text('DashboardName') ?? entry.logicalId,
        body,
      },
    ];
  });
}
