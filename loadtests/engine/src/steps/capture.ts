import { StepError } from '../session/index.ts';
import type { VirtualUser } from '../virtual-user.ts';

/**
 * Puts parts of a response into variables, as Artillery's own engines do.
 *
 * @throws StepError if a value is missing, unless the capture has `strict: false`
 */
export async function capture(
  user: VirtualUser,
  captures: unknown,
  response: { body?: unknown; headers?: Record<string, unknown> },
): Promise<void> {
  if (captures === undefined) return;
  const result = await new Promise<
    Parameters<Parameters<VirtualUser['helpers']['captureOrMatch']>[3]>[1]
  >((done, failed) => {
    // The function changes the object that it gets.
    const params = { capture: structuredClone([captures].flat()) };
    user.helpers.captureOrMatch(params, response, user.context, (error, found) => {
      if (error) failed(error);
      else done(found);
    });
  });
  for (const [name, { value, failed }] of Object.entries(result?.captures ?? {})) {
    if (failed === true) {
      throw new StepError(
        `capture: no ${name}`,
        `the response has nothing for the capture "${name}"`,
      );
    }
    user.context.vars[name] = value;
  }
}
