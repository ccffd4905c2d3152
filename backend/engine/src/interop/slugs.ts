const LONGEST = 63;
const ROOM_FOR_NUMBER = 4;

/** A name of a graph for each text, all different. */
export function slugs(texts: readonly string[]): string[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    const plain = slugOf(text);
    let slug = plain;
    for (let n = 2; taken.has(slug); n++) slug = `${plain.slice(0, LONGEST - ROOM_FOR_NUMBER)}-${n}`;
    taken.add(slug);
    return slug;
  });
}

/** `[a-z][a-z0-9-]{0,62}` of a text. */
export function slugOf(text: string, otherwise = 'graph'): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
  return plain === '' ? otherwise : plain;
}
