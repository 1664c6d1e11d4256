export type { Draft, DraftBase } from './draft-store.ts';
export { drafts, useDraftKeeper, type DraftKeeper } from './use-draft.ts';
