const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a body, or undefined when it is not UTF-8. A body with U+FFFD counts as not UTF-8: a
 * gateway that passes a body on as text puts one in place of each byte that was not UTF-8, and
 * nothing else shows this. JSON can write \ufffd instead.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(bytes);
    return text.includes('\ufffd') ? undefined : text;
  } catch {
    return undefined;
  }
}
