import {
  type Denial,
  type Enforcement,
  type NeededPermission,
  NO_ENFORCEMENT,
  type ServiceCall,
} from '../iam/index.ts';
import {
  type CredentialStore,
  type Principal,
  SignatureError,
  type SignedRequest,
  verifySignature,
  type VerifyOptions,
} from '../signature/index.ts';

/** What an endpoint for signed requests decides by. */
export interface AccessControl {
  readonly credentials: CredentialStore;
  /** Absent: whoever signs may do everything. */
  readonly permissions?: Enforcement;
}

/** What a request wants to do: permissions, or a call to a service, from which they follow. */
export type NeededAccess =
  | { readonly permissions: readonly NeededPermission[] }
  | { readonly call: () => Pick<ServiceCall, 'service' | 'operation' | 'input'> };

/** A signature that AWS would not take, or a permission that is missing. */
export interface Refusal {
  /** AWS's name of the error. */
  readonly code: string;
  /** In AWS's words. */
  readonly message: string;
  /** Who signed, where the signature holds and a permission is missing. */
  readonly principal?: Principal;
}

/** Either who signed, or why the request is refused. */
export type RequestAuthorization =
  | { readonly principal: Principal; readonly refusal?: undefined }
  | { readonly principal?: undefined; readonly refusal: Refusal };

/**
 * The one place that admits signed requests, for every endpoint: it verifies the signature first, and
 * then looks up in the policies what the signer wants to do.
 *
 * @param scope the service and region that the signature must be for
 * @param wanted is called once the signature holds; undefined when the request has no target, and
 *   then the endpoint makes the response
 * @param verify what verifies the signature, where it is not in a header or in the query
 */
export function authorizeRequest(
  { credentials, permissions = NO_ENFORCEMENT }: AccessControl,
  request: SignedRequest,
  scope: Pick<VerifyOptions, 'service' | 'region'>,
  wanted: (principal: Principal) => NeededAccess | undefined,
  verify: (credentials: CredentialStore) => { readonly principal: Principal } = (known) =>
    verifySignature(request, known, scope),
): RequestAuthorization {
  let principal: Principal;
  try {
    ({ principal } = verify(credentials));
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    return { refusal: { code: error.code, message: error.message } };
  }
  const wants = wanted(principal);
  const denial = wants && denialOf(permissions, principal, wants);
  return denial === undefined
    ? { principal }
    : { refusal: { code: 'AccessDeniedException', message: denial.message, principal } };
}

function denialOf(
  permissions: Enforcement,
  principal: Principal,
  wants: NeededAccess,
): Denial | undefined {
  if ('call' in wants) return permissions.refuseCall(principal, wants.call);
  for (const needed of wants.permissions) {
    const denial = permissions.refuse(principal, needed);
    if (denial !== undefined) return denial;
  }
  return undefined;
}
