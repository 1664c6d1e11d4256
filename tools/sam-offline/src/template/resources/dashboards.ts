import type { Dashboard } from '../model.ts';
import type { StackResources } from './stack-resources.ts';

/**
 * Every dashboard of the stack, with its body as the text that CloudWatch would get. The stack runs without its
 * dashboards, so that one without a body is only named.
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
