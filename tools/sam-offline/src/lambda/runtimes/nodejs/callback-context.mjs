/** The callback of handlers up to Node.js 22, and the members of `context` for it. */

/**
 * @param {{
 *   succeed: (result: unknown) => void,
 *   fail: (error: unknown) => void,
 *   whenEventLoopIsEmpty: (then: (() => void) | undefined) => void,
 * }} invocation
 */
export function callbackContext({ succeed, fail, whenEventLoopIsEmpty }) {
  let waitsForEmptyEventLoop = true;
  let finished = false;

  const once = (action) => {
    if (finished) return;
    finished = true;
    whenEventLoopIsEmpty(undefined);
    action();
  };
  const done = (error, result) =>
    once(() => (error === undefined || error === null ? succeed(result) : fail(error)));

  return {
    callback(error, result) {
      once(() => {
        if (error !== undefined && error !== null) fail(error);
        else if (waitsForEmptyEventLoop) whenEventLoopIsEmpty(() => succeed(result));
        else succeed(result);
      });
    },
    members: {
      get callbackWaitsForEmptyEventLoop() {
        return waitsForEmptyEventLoop;
      },
      set callbackWaitsForEmptyEventLoop(value) {
        waitsForEmptyEventLoop = value;
      },
      succeed: (result) => done(null, result),
      fail: (error) => done(error ?? 'handled'),
      done,
    },
  };
}
