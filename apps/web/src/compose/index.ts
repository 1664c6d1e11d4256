export { CommentActions } from './CommentActions.tsx';
export { CommentComposer } from './CommentComposer.tsx';
export { UnsentComments } from './UnsentComments.tsx';
