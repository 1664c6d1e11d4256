export {
  type ChartSeries,
  type DashboardAnswer,
  dashboardRoutes,
  type WidgetData,
} from './routes.ts';
export type { MetricContent, Widget } from './widgets.ts';
