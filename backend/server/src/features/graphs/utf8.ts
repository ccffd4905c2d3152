/** Throws on what is not UTF-8; a byte order mark stays. */
export const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
