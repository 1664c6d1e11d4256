import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { StackAlarms } from './alarms.ts';
import { startLocalStack, type LocalStack, type LocalStackOptions } from './local-stack.ts';
import { readTarget, type Target } from './target.ts';

/** A fault that sets an alarm of a stack off. */
export interface Fault {
  /** The alarm for this fault. */
  readonly alarm: string;
  /**
   * Other alarms that must go off too: composite alarms, and alarms for consequences of the fault.
   */
  readonly implies?: readonly string[];
  readonly start?: () => unknown;
  /** It is repeated until all of them have gone off. */
  readonly meanwhile?: () => Promise<unknown>;
  readonly end?: () => unknown;
}

/** The stack of a test, which makes faults in it. */
export interface ProofStack extends Pick<LocalStack, 'deploy' | 'goBack'> {
  readonly target: Target;
  readonly alarms: StackAlarms;
  send(queueUrl: string, body: string): Promise<unknown>;
  purge(queueUrl: string): Promise<unknown>;
}

/** Starts a stack before the tests of a file, and stops it after them. */
export function proofStack(options: LocalStackOptions = {}): () => ProofStack {
  let stack: LocalStack | undefined;
  let alarms: StackAlarms | undefined;
  let sqs: SQSClient | undefined;
  let found: ProofStack | undefined;

  beforeAll(async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'ap-northeast-1',
    });
    stack = await startLocalStack(options);
    const target = readTarget(stack.outputsFile);
    const { AwsEndpointUrl: endpoint = '' } = target;
    const client = (sqs = new SQSClient({ region: 'ap-northeast-1', endpoint }));
    alarms = new StackAlarms(target);
    found = {
      ...stack,
      ...{ target, alarms },
      send: (QueueUrl, MessageBody) =>
        client.send(new SendMessageCommand({ QueueUrl, MessageBody })),
      purge: (QueueUrl) => client.send(new PurgeQueueCommand({ QueueUrl })),
    };
  }, 120_000);

  afterAll(async () => {
    alarms?.close();
    sqs?.destroy();
    await stack?.stop();
  });

  return () => {
    if (found === undefined) throw new Error('the stack is there while tests run');
    return found;
  };
}

/**
 * Makes a test for each fault, in their order: its alarms go off and return to OK, and no other
 * alarm goes off.
 */
export function prove(stackOf: () => ProofStack, faults: readonly Fault[]): void {
  test.each(faults)(
    '$alarm goes off while its fault lasts, with no other alarm than those it implies',
    async ({ alarm, implies = [], start, meanwhile, end }) => {
      const { alarms } = stackOf();
      await alarms.become('OK');
      const since = new Date();
      await start?.();
      const ring = [alarm, ...implies];
      const wentOff = await alarms.become('ALARM', ring, meanwhile);
      await end?.();
      const over = await alarms.become('OK');

      expect(await alarms.changes(since)).toEqual(
        Object.fromEntries(ring.map((name) => [name, ['OK to ALARM', 'ALARM to OK']])),
      );
      const times = ring.map((name) => `${name} went off after ${wentOff[name]} s`).join(', ');
      process.stderr.write(`${times}; ${alarm} was OK again after ${over[alarm]} s\n`);
    },
    600_000,
  );
}
