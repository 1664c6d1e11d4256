/**
 * The tree of a Markdown text. The page shows only these nodes: there is no node for HTML, and only
 * links and images have addresses.
 */
export type Block =
  | { readonly type: 'paragraph'; readonly inline: readonly Inline[] }
  /** A paragraph without a margin: the content of a tight list's item. */
  | { readonly type: 'line'; readonly inline: readonly Inline[] }
  /** Its level is that of the page (2 to 6), where no level is skipped. */
  | { readonly type: 'heading'; readonly level: number; readonly inline: readonly Inline[] }
  | { readonly type: 'code'; readonly language: string; readonly text: string }
  | { readonly type: 'quote'; readonly blocks: readonly Block[] }
  | { readonly type: 'list'; readonly start?: number; readonly items: readonly ListItem[] }
  | {
      readonly type: 'table';
      readonly header: readonly Cell[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | { readonly type: 'rule' }
  /** Text that is shown as it was written: HTML, or a text that could not be parsed in time. */
  | { readonly type: 'plain'; readonly text: string };

export interface ListItem {
  /** Whether an item of a task list is checked; absent for other items. */
  readonly checked?: boolean;
  readonly blocks: readonly Block[];
}

export interface Cell {
  readonly align?: 'left' | 'center' | 'right';
  readonly inline: readonly Inline[];
}

export type Inline =
  /** Text whose character references (`&copy;`) are not replaced yet, because that needs a page. */
  | { readonly type: 'text'; readonly text: string }
  /** Text without character references. */
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  | {
      readonly type: 'strong' | 'emphasis' | 'deleted';
      readonly inline: readonly Inline[];
    }
  | { readonly type: 'break' }
  | { readonly type: 'link'; readonly href: string; readonly inline: readonly Inline[] }
  | { readonly type: 'image'; readonly src: string; readonly alt: string };
