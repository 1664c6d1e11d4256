/** The functions that the scenarios call. Artillery takes one file. */
export { redeploy } from './deploy.mts';
export { seed } from './dataset.mts';
export { toNextPage } from './pages.mts';
export { beginStage, keptItsLimit } from './staircase.mts';
export { chooseRoom, createPosts, leaveInTurn, signIn, writeInTurn } from './users.mts';
