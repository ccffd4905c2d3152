/** What a text is as JSON; null for one that is none, as of `null` itself. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
