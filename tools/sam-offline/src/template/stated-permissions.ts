import type { ResourceEntry } from './entries.ts';

/** Properties that say who may do what; SAM's functions and state machines, and CloudFormation's resources, have them. */
const PROPERTIES = [
  'Policies',
  'Role',
  'RoleArn',
  'CredentialsArn',
  'PermissionsBoundary',
  'FunctionInvokeRole',
] as const;

/** Types that are permissions: roles and policies, of principals and of resources. */
const TYPES =
  /^AWS::IAM::|^AWS::Lambda::(LayerVersion)?Permission$|^AWS::(SQS|SNS)::\w+Policy$|^AWS::S3::BucketPolicy$|^AWS::Events::EventBusPolicy$|^AWS::Serverless::Connector$/;

/**
 * Whether a template says anything of permissions. What SAM grants by itself, such as a rule's right to invoke
 * a function, is not said by the template.
 *
 * @param written resources as the template has them
 */
export function statesPermissions(written: readonly ResourceEntry[]): boolean {
  return written.some(
    ({ type, properties, connectors }) =>
      TYPES.test(type) || connectors !== undefined || PROPERTIES.some((name) => name in properties),
  );
}
