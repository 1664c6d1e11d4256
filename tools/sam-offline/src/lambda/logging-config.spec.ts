import { lambdaFixture, lambdaFunction } from './testing/lambda-fixture.ts';
import type { LambdaFunction } from '../template/index.ts';

const logging: NonNullable<LambdaFunction['logging']> = {
  format: 'JSON',
  applicationLevel: 'WARN',
  systemLevel: 'INFO',
  logGroup: '/mine',
};

/** Gives the parsed log entries that a function with `LogFormat: JSON` writes itself. */
async function linesOf(runtime: string, source: string): Promise<unknown[]> {
  const code = { type: 'inline', source } as const;
  const lambda = lambdaFixture([lambdaFunction('F', '', { code, runtime, logging })]);
  await expect(lambda.call('F')).resolves.toEqual(['JSON', 'WARN', '/mine']);
  const lines = lambda.linesOf('F').filter((text) => text.includes('"level"'));
  await lambda.close();
  return lines.map((line) => JSON.parse(line) as unknown);
}

it('of Node.js writes objects of the configured level and above', async () => {
  const lines = await linesOf(
    'nodejs24.x',
    `exports.handler = async () => {
      console.info('no');
      console.warn('yes %s', 'sir');
      console.error({ a: 1n === 1 });
      console.error('failed', new TypeError('broken'));
      return ['FORMAT', 'LEVEL', 'GROUP_NAME'].map((name) => process.env['AWS_LAMBDA_LOG_' + name]);
    };`,
  );
  const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(lines).toEqual([
    expect.objectContaining({ level: 'WARN', message: 'yes sir', requestId }),
    expect.objectContaining({ level: 'ERROR', message: { a: false } }),
    expect.objectContaining({ level: 'ERROR', errorType: 'TypeError', errorMessage: 'broken' }),
  ]);
});

it('of Python writes the records of logging as objects', async () => {
  const lines = await linesOf(
    'python3.13',
    `
import logging, os
def handler(event, context):
    logging.getLogger("mine").info("no")
    logging.getLogger("mine").warning("yes %s", "sir")
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception("failed")
    return [os.environ["AWS_LAMBDA_LOG_" + name] for name in ("FORMAT", "LEVEL", "GROUP_NAME")]`,
  );
  expect(lines).toEqual([
    expect.objectContaining({ level: 'WARNING', message: 'yes sir', logger: 'mine' }),
    expect.objectContaining({ level: 'ERROR', message: 'failed', errorType: 'ZeroDivisionError' }),
  ]);
});
