import { readingClient } from '../api/index.ts';
import type { Config } from '../config/index.ts';
import { createFeed, type Feed } from './feed.ts';

const feeds = new WeakMap<Config, Feed>();

/** Everybody's posts; kept while the page is open, so that who comes back finds them where they were. */
export function newestPosts(config: Config): Feed {
  const feed = feeds.get(config) ?? createFeed((page) => readingClient(config).posts.list(page));
  feeds.set(config, feed);
  return feed;
}
