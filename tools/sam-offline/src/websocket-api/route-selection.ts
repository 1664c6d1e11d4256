/**
 * Finds the route key in a message.
 *
 * @returns undefined if the message has none
 */
export type RouteSelector = (message: string) => string | undefined;

type Part = string | { readonly path: readonly string[] };

/**
 * Compiles a route selection expression: `$request.body.action`, `${request.body.a.b}`, or several
 * variables and text, `${request.body.service}-${request.body.version}`.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
export function compileRouteSelection(expression: string): RouteSelector {
  const parts = parseExpression(expression);
  return (message) => {
    const body = parseJson(message);
    if (body === undefined) return undefined;
    let key = '';
    for (const part of parts) {
      const text = typeof part === 'string' ? part : valueAt(body, part.path);
      if (text === undefined) return undefined;
      key += text;
    }
    return key;
  };
}

function parseExpression(expression: string): Part[] {
  const parts: Part[] = [];
  // An escaped dollar sign, a variable in braces, a variable without braces, or the text up to the
  // next of them.
  const pattern =
    /\\(\$)|\$\{request\.body\.([^}]+)\}|\$request\.body\.([A-Za-z0-9_.-]+)|([^$\\]+|[$\\])/g;
  for (const [, dollar, braced, bare, text] of expression.matchAll(pattern)) {
    const path = braced ?? bare;
    if (path !== undefined) parts.push({ path: path.split('.') });
    else parts.push(dollar ?? text ?? '');
  }
  return parts;
}

/**
 * Only an object or an array has properties to select by, and a parse that fails costs about 10 µs.
 */
const MAY_HAVE_MEMBERS = /^\s*[{[]/;

function parseJson(message: string): unknown {
  if (!MAY_HAVE_MEMBERS.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

/** Strings stay as they are, and numbers and booleans become JSON. No other value can be a key. */
function valueAt(body: unknown, path: readonly string[]): string | undefined {
  let value = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = Reflect.get(value, name);
  }
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
