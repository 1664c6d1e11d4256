import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The client, and the name of the Posts table. */
export interface PostsTable {
  readonly client: DynamoDBDocumentClient;
  readonly postsTable: string;
}

/** The Comments table, and the Posts table. */
export interface CommentsTables extends PostsTable {
  readonly commentsTable: string;
}

/** The Favorites table, and the Posts table. */
export interface FavoritesTables extends PostsTable {
  readonly favoritesTable: string;
}
