/** How a path names a graph: its id, its name, or `name@version`; `id@version` works too. */
export type GraphReference = ({ id: string } | { name: string }) & { version?: number };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const REFERENCE = /^([^@]{1,200})(?:@(\d{1,9}))?$/;

export const isUuid = (text: string): boolean => UUID.test(text);

/** Null when it cannot name any graph; to the caller that is the same as one that does not exist. */
export function parseGraphReference(text: string): GraphReference | null {
  const [, target, version] = REFERENCE.exec(text) ?? [];
  if (target === undefined) return null;
  const which = isUuid(target) ? { id: target.toLowerCase() } : { name: target };
  return version === undefined ? which : { ...which, version: Number(version) };
}
