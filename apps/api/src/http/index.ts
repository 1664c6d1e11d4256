export { MAX_BODY_BYTES } from './json-body.ts';
export type { IfMatch } from './conditional.ts';
export { nextPageLink } from './paging.ts';
export { problemOf } from './known-errors.ts';
export { respond } from './respond.ts';
export { bind, problemsOf } from './route.ts';
export type { HandlerResponse, ResponseHeader, BoundRoute, Route, RouteRequest } from './route.ts';
export { serve } from './serve.ts';
export type { RoutedRequest, ServeDependencies } from './serve.ts';
