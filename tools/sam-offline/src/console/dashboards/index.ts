export { type ChartSeries, type Dashboard, dashboardRoutes, type WidgetData } from './routes.ts';
export type { MetricContent, Widget } from './widgets.ts';
