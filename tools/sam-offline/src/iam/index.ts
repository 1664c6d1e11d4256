export { evaluate, policyAllows, type ApplyingPolicies, type Decision } from './evaluate.ts';
export { parsePolicy, type Policy, type PolicyProblem, type Statement } from './policy-document.ts';
export type { Caller } from './principals.ts';
export {
  createContext,
  type AccessRequest,
  type ContextValue,
  type RequestContext,
} from './request.ts';
