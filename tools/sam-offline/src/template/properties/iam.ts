/**
 * The properties of roles, policies, permissions and other types without a process here, in
 * CloudFormation's schemas.
 */
import type { PropertyList } from './property-list.ts';

export const role: PropertyList = {
  used: ['ManagedPolicyArns', 'PermissionsBoundary', 'Policies', 'RoleName'],
  harmless: ['AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration', 'Path', 'Tags'],
};

export const policy: PropertyList = {
  used: ['PolicyDocument', 'Roles'],
  harmless: ['Groups', 'PolicyName', 'Users'],
};

export const managedPolicy: PropertyList = {
  used: ['ManagedPolicyName', 'PolicyDocument', 'Roles'],
  harmless: ['Description', 'Groups', 'Path', 'Users'],
};

export const rolePolicy: PropertyList = {
  used: ['PolicyDocument', 'RoleName'],
  harmless: ['PolicyName'],
};

export const queuePolicy: PropertyList = { used: ['PolicyDocument', 'Queues'] };

export const permission: PropertyList = {
  used: [
    'Action',
    'EventSourceToken',
    'FunctionName',
    'FunctionUrlAuthType',
    'InvokedViaFunctionUrl',
    'Principal',
    'PrincipalOrgID',
    'SourceAccount',
    'SourceArn',
  ],
};
