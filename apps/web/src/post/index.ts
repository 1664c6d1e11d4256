export { PostSkeleton } from './PostArticle.tsx';
export { PostPage } from './PostPage.tsx';
