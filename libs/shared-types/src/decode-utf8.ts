const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a body, or undefined for what is not UTF-8.
 *
 * A U+FFFD in it counts as that too: a gateway that hands a body on as text has put one in the place
 * of each byte that was not UTF-8, and then nothing else shows them. JSON can write \ufffd.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(bytes);
    return text.includes('\ufffd') ? undefined : text;
  } catch {
    return undefined;
  }
}
