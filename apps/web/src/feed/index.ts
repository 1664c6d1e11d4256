export { FeedPage } from './FeedPage.tsx';
export { PostCard, PostCardSkeleton } from './PostCard.tsx';
export { PostList } from './PostList.tsx';
