export {
  authorizeRequest,
  type RequestAuthorization,
  type AccessControl,
  type Refusal,
  type NeededAccess,
} from './authorize-request.ts';
