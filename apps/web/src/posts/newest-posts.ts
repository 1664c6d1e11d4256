import { readingClient } from '../api/index.ts';
import type { Config } from '../config/index.ts';
import { createFeed, type Feed } from './feed.ts';

const feeds = new WeakMap<Config, Feed>();

/**
 * Everybody's posts. They are kept while the page is open, so that a reader who comes back sees the
 * same list.
 */
export function newestPosts(config: Config): Feed {
  const feed = feeds.get(config) ?? createFeed((page) => readingClient(config).posts.list(page));
  feeds.set(config, feed);
  return feed;
}
