import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The client, and the name of the Posts table. */
export interface PostsTable {
  readonly client: DynamoDBDocumentClient;
  readonly postsTable: string;
}

/** The Comments table beside that of the posts that they belong to. */
export interface CommentsTables extends PostsTable {
  readonly commentsTable: string;
}

/** The Favorites table beside that of the posts that they mark. */
export interface FavoritesTables extends PostsTable {
  readonly favoritesTable: string;
}
