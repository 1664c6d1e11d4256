export type { MapEdge, MapKind, MapNode, MapResponse } from './model.ts';
export { mapRoutes } from './routes.ts';
