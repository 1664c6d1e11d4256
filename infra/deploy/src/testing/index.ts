export { account, changeOf, outputsOf, stackIs } from './account.ts';
export { npx } from './nx-stand-in.ts';
export { StandIns } from './stand-ins.ts';
export { WEB_FILES, Workspace, type Ran, type RunOptions } from './workspace.ts';
