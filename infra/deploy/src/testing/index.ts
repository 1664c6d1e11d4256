export { changeOf } from './account.ts';
export { Workspace } from './workspace.ts';
