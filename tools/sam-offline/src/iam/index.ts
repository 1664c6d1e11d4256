export { decideInvoke } from './authorizer-policy.ts';
export { evaluate, type ApplyingPolicies, type Decision } from './evaluate.ts';
export { parsePolicy, type Policy, type PolicyProblem, type Statement } from './policy-document.ts';
export type { Caller } from './principals.ts';
export {
  createContext,
  type AccessRequest,
  type ContextValue,
  type RequestContext,
} from './request.ts';
export { managedPolicyDocument } from './managed-policies.ts';
export {
  isSamPolicyTemplate,
  samPolicyDocument,
  SamPolicyTemplateError,
  type PolicyScope,
} from './sam-policy-templates.ts';
export {
  neededPermissions,
  type NeededPermission,
  type SecretArns,
  type ServiceCall,
  type TableKeys,
} from './actions/index.ts';
export {
  createEnforcement,
  NO_ENFORCEMENT,
  type Enforcement,
  type EnforcementMode,
} from './enforcement.ts';
export type { ServiceCaller } from './callers.ts';
export type { Denial } from './denials.ts';
export {
  createGatekeeper,
  type Gatekeeper,
  type GatekeeperOptions,
  type Verdict,
} from './gatekeeper.ts';
export type { PolicySource, RolePolicies } from './roles.ts';
export { comparePermissions, type PermissionFinding, type UsedPermission } from './usage.ts';
export { unknownActions } from './unknown-actions.ts';
