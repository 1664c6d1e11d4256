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

/** The properties of each view of a table. */
export interface TableViewProps {
  readonly table: Table;
  readonly place: Place;
  /** Controls that come before the view's own. */
  readonly tools: ComponentChildren;
}

/** Writes an attribute’s value in one line. */
export function valueOf(attribute: Readonly<Record<string, unknown>> | undefined): string {
  if (attribute === undefined) return '';
  const [value] = Object.values(attribute);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
