import type { Dashboard } from '../model.ts';
import type { StackResources } from './stack-resources.ts';

/** Every dashboard of the stack, with its body as the text that CloudWatch would get. */
export function dashboardsOf(resources: StackResources): Dashboard[] {
  return resources.ofType('AWS::CloudWatch::Dashboard').map((entry) => {
    const properties = resources.read(entry);
    const body = properties.requiredText('DashboardBody', 'the JSON of a dashboard, as text') ?? '';
    return {
      logicalId: entry.logicalId,
      name: properties.text('DashboardName') ?? entry.logicalId,
      body,
    };
  });
}
