export { AuthorActions } from './AuthorActions.tsx';
export { EditorPage } from './EditorPage.tsx';
