import * as comments from '../comments/routes.ts';
import * as favorites from '../favorites/routes.ts';
import * as health from '../health/routes.ts';
import type { Route } from '../http/index.ts';
import * as posts from '../posts/routes.ts';
import * as docs from './routes.ts';

/** Every route of the API, in the order of the description. */
export const describedRoutes: readonly Route[] = [
  ...Object.values<Route>(posts),
  ...Object.values<Route>(comments),
  ...Object.values<Route>(favorites),
  ...Object.values<Route>(health),
  ...Object.values<Route>(docs),
];
