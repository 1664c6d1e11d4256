/** The members by which a route is found. */
interface Routed {
  readonly method: string;
  /** The path: `/posts/{postId}`, `/files/{path+}`, or `$default`. */
  readonly path: string;
}

export interface RouteMatch<Route extends Routed> {
  readonly route: Route;
  /** The route key: `GET /posts/{postId}`, or `$default`. */
  readonly routeKey: string;
  /** The path parameters; undefined if the route has none. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

export interface RouteTable<Route extends Routed> {
  /**
   * Chooses the route of a request; undefined if no route matches.
   *
   * @param path the decoded path without the stage
   */
  match(method: string, path: string): RouteMatch<Route> | undefined;
}

interface Node<Route> {
  readonly statics: Map<string, Node<Route>>;
  parameter: Node<Route> | undefined;
  /** The routes that end at this node, by method. */
  readonly full: Map<string, Route>;
  /** The routes whose next and last segment is greedy, by method. */
  readonly greedy: Map<string, Route>;
}

const PARAMETER = /^\{([^{}]+?)(\+)?\}$/;

/**
 * Makes the route table of an API. API Gateway searches in this order: full matches of path and
 * method (from the left, a literal segment before a parameter), then greedy paths (the most
 * specific first), then `$default`. For the same path, the request's method comes before `ANY`.
 *
 * Paths are compared exactly, segment by segment: `/posts/` is not `/posts`, and neither a
 * parameter nor a greedy parameter matches an empty segment.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 */
export function createRouteTable<Route extends Routed>(
  routes: readonly Route[],
): RouteTable<Route> {
  const root = createNode<Route>();
  let defaultRoute: Route | undefined;
  for (const route of routes) {
    if (route.path === '$default') defaultRoute = route;
    else insert(root, route);
  }
  return {
    match(method, path) {
      const segments = path.slice(1).split('/');
      const route =
        findFull(root, method, segments, 0) ??
        findGreedy(root, method, segments, 0) ??
        defaultRoute;
      if (route === undefined) return undefined;
      if (route === defaultRoute) return { route, routeKey: '$default', pathParameters: undefined };
      return {
        route,
        routeKey: `${route.method} ${route.path}`,
        pathParameters: readParameters(route.path, segments),
      };
    },
  };
}

function createNode<Route>(): Node<Route> {
  return { statics: new Map(), parameter: undefined, full: new Map(), greedy: new Map() };
}

function insert<Route extends Routed>(root: Node<Route>, route: Route): void {
  let node = root;
  for (const segment of route.path.slice(1).split('/')) {
    const parameter = PARAMETER.exec(segment);
    if (parameter?.[2] === '+') {
      node.greedy.set(route.method, route);
      return;
    }
    if (parameter === null) {
      let child = node.statics.get(segment);
      if (child === undefined) node.statics.set(segment, (child = createNode<Route>()));
      node = child;
    } else {
      node.parameter ??= createNode<Route>();
      node = node.parameter;
    }
  }
  node.full.set(route.method, route);
}

function forMethod<Route>(routes: Map<string, Route>, method: string): Route | undefined {
  return routes.get(method) ?? routes.get('ANY');
}

function findFull<Route>(
  node: Node<Route>,
  method: string,
  segments: readonly string[],
  index: number,
): Route | undefined {
  const segment = segments[index];
  if (segment === undefined) return forMethod(node.full, method);
  const literal = node.statics.get(segment);
  const found = literal && findFull(literal, method, segments, index + 1);
  if (found !== undefined || node.parameter === undefined || segment === '') return found;
  return findFull(node.parameter, method, segments, index + 1);
}

function findGreedy<Route>(
  node: Node<Route>,
  method: string,
  segments: readonly string[],
  index: number,
): Route | undefined {
  const segment = segments[index];
  if (segment === undefined) return undefined;
  const literal = node.statics.get(segment);
  const inLiteral = literal && findGreedy(literal, method, segments, index + 1);
  if (inLiteral !== undefined) return inLiteral;
  if (node.parameter !== undefined && segment !== '') {
    const inParameter = findGreedy(node.parameter, method, segments, index + 1);
    if (inParameter !== undefined) return inParameter;
  }
  const matchesNothing = segment === '' && index === segments.length - 1;
  return matchesNothing ? undefined : forMethod(node.greedy, method);
}

function readParameters(
  template: string,
  segments: readonly string[],
): Record<string, string> | undefined {
  if (!template.includes('{')) return undefined;
  const parameters: Record<string, string> = {};
  template
    .slice(1)
    .split('/')
    .forEach((segment, index) => {
      const parameter = PARAMETER.exec(segment);
      const name = parameter?.[1];
      if (name === undefined) return;
      parameters[name] =
        parameter?.[2] === '+' ? segments.slice(index).join('/') : (segments[index] ?? '');
    });
  return parameters;
}
