export {
  changeOf,
  createComments,
  type CommentChange,
  type Comments,
  type CommentsState,
  type Gap,
} from './comments.ts';
export { excerptText } from './excerpt.ts';
export { createFeed, type Feed, type FeedState } from './feed.ts';
export { postLink, profileLink } from './links.ts';
export { newestPosts } from './newest-posts.ts';
export { loadPost, postData, type PostData } from './post-data.ts';
export { Byline } from './Byline.tsx';
export { withCounts } from './with-counts.ts';
