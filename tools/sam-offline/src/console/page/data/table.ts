import type { ComponentChildren } from 'preact';
import type { Place } from '../place.ts';

/** An item in DynamoDB’s JSON. */
export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface KeySchema {
  readonly partitionKey: string;
  readonly sortKey?: string;
}

/** A table of the stack, as the API gives it. */
export interface Table {
  readonly tableName: string;
  readonly logicalId: string;
  readonly keySchema: KeySchema;
  readonly globalSecondaryIndexes: readonly { indexName: string; keySchema: KeySchema }[];
  readonly localSecondaryIndexes: readonly { indexName: string; keySchema: KeySchema }[];
  readonly ttlAttribute?: string;
  readonly streamViewType?: string;
  readonly items?: number;
}

/** What a view of a table gets. */
export interface TableViewProps {
  readonly table: Table;
  readonly place: Place;
  /** Controls in front of the view's own. */
  readonly tools: ComponentChildren;
}

/** An attribute’s value in one line. */
export function valueOf(attribute: Readonly<Record<string, unknown>> | undefined): string {
  if (attribute === undefined) return '';
  const [value] = Object.values(attribute);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
