import { createContext, evaluate, parsePolicy } from '../index.ts';
import { s3Permissions } from './s3.ts';

const SESSION = 'arn:aws:sts::123456789012:assumed-role/reader/reader';

describe('s3Permissions', () => {
  it.each(['*', 'arn:aws:s3:::*'])(
    'lets a statement for %s allow the list of buckets',
    (Resource) => {
      const document = {
        Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource }],
      };
      const account = { region: 'us-east-1', accountId: '123456789012' };
      const decisions = s3Permissions({
        ...{ service: 's3', operation: 'ListBuckets', input: {}, ...account },
      }).map(({ action, resource }) =>
        evaluate(
          {
            principalArn: SESSION,
            ...{ action, resource, context: createContext({}) },
          },
          { identity: [parsePolicy('Policies[0]', document, { type: 'identity' })] },
          { type: 'aws', arn: SESSION, accountId: account.accountId },
        ),
      );
      expect(decisions).toMatchObject([{ allowed: true }]);
    },
  );
});
