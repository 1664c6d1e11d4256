export { account, changeOf } from './account.ts';
export { npx } from './nx-stand-in.ts';
export { StandIns } from './stand-ins.ts';
export { Workspace } from './workspace.ts';
