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

/** What an endpoint needs to decide about signed requests. */
export interface AccessControl {
  readonly credentials: CredentialStore;
  /** Checks permissions. If absent, every valid signature may do everything. */
  readonly permissions?: Enforcement;
}

/** What a request needs: a permission, or the permissions of a call to a service. */
export type NeededAccess =
  | { readonly permissions: readonly NeededPermission[] }
  | { readonly call: () => Pick<ServiceCall, 'service' | 'operation' | 'input'> };

/** Why a request is refused: AWS would reject its signature, or a permission is missing. */
export interface Refusal {
  /** AWS's error code. */
  readonly code: string;
  /** AWS's error message. */
  readonly message: string;
  /** Who signed the request; absent if the signature is not valid. */
  readonly principal?: Principal;
}

/** Who signed the request, or why it is refused. */
export type RequestAuthorization =
  | { readonly principal: Principal; readonly refusal?: undefined }
  | { readonly principal?: undefined; readonly refusal: Refusal };

/**
 * Decides about signed requests for all endpoints. It verifies the signature first, and then checks
 * by the policies whether the signer may do what the request asks for.
 *
 * @param scope the service and region that the signature must have
 * @param wanted gives what the request needs, and is called after the signature was verified; its
 * result is undefined if the request has no target, and then the endpoint makes the response
 * @param verify verifies a signature that is neither in a header nor in the query string
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
