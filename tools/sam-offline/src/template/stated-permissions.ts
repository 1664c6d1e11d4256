import type { ResourceEntry } from './entries.ts';

/** The properties of SAM's and CloudFormation's resources that grant permissions. */
const PROPERTIES = [
  'Policies',
  'Role',
  'RoleArn',
  'CredentialsArn',
  'PermissionsBoundary',
  'FunctionInvokeRole',
] as const;

/** Matches the types that grant permissions: roles, identity policies and resource policies. */
const TYPES =
  /^AWS::IAM::|^AWS::Lambda::(LayerVersion)?Permission$|^AWS::(SQS|SNS)::\w+Policy$|^AWS::S3::BucketPolicy$|^AWS::Events::EventBusPolicy$|^AWS::Serverless::Connector$/;

/**
 * Tells whether a template itself contains permissions. Those that SAM adds, such as a rule's
 * permission to invoke a function, do not count.
 *
 * @param written the resources in the template
 */
export function statesPermissions(written: readonly ResourceEntry[]): boolean {
  return written.some(
    ({ type, properties, connectors }) =>
      TYPES.test(type) || connectors !== undefined || PROPERTIES.some((name) => name in properties),
  );
}
