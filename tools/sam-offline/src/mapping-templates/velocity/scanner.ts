import { TemplateSyntaxError } from './errors.ts';

/** A position in the text of a template. */
export class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The character at the position, or so many after it; the empty text behind the end. */
  peek(offset = 0): string {
    return this.text.charAt(this.position + offset);
  }

  /** Passes what a sticky expression matches here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match;
  }

  /** Passes a text if it is here. */
  takeText(text: string): boolean {
    if (!this.text.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  skipSpace(): void {
    this.take(/\s+/y);
  }

  /** Passes a text, after space. @throws TemplateSyntaxError where it is not here */
  expect(text: string): void {
    this.skipSpace();
    if (!this.takeText(text)) throw this.error(`expected ${text}`);
  }

  error(message: string): TemplateSyntaxError {
    const before = this.text.slice(0, this.position).split('\n');
    const found = this.isAtEnd
      ? 'the end'
      : JSON.stringify(this.text.slice(this.position, this.position + 12));
    return new TemplateSyntaxError(
      `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${message}, got ${found}`,
    );
  }
}
