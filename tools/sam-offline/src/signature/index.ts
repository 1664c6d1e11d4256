export { parseAuthorization } from './authorization.ts';
export type { CredentialScope } from './authorization.ts';
export {
  createCredentialStore,
  generateFunctionCredentials,
  operatorCredentials,
} from './credential-store.ts';
export type { MutableCredentialStore } from './credential-store.ts';
export { type CallPlace, placeOfCall } from './place-of-call.ts';
export type { CredentialStore, Principal, SigningInvocation } from './principal.ts';
export { isPresignedV2, verifyPostForm, verifyPresignedV2 } from './s3-signatures.ts';
export { signRequest } from './sign-request.ts';
export { SignatureError } from './signature-error.ts';
export type { SignatureErrorCode } from './signature-error.ts';
export type { RequestHeaders, SignedRequest } from './signed-request.ts';
export { verifySignature } from './verify-signature.ts';
export type { VerifiedSignature, VerifyOptions } from './verify-signature.ts';
