/**
 * The same value with the members of every mapping in the order of their names, as canonical JSON has them; the value
 * itself where they are so already. What a run goes by then does not hang on how a value was written or read.
 */
export function inKeyOrder<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  return (Array.isArray(value) ? listInOrder(value) : mappingInOrder(value as Members)) as T;
}

type Members = Readonly<Record<string, unknown>>;

function listInOrder(items: readonly unknown[]): readonly unknown[] {
  let ordered: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = inKeyOrder(items[i]);
    if (item !== items[i]) (ordered ??= [...items])[i] = item;
  }
  return ordered ?? items;
}

function mappingInOrder(members: Members): Members {
  const names = Object.keys(members);
  let isSame = true;
  for (let i = 0; i < names.length && isSame; i++) {
    const member = members[names[i]!];
    isSame = (i === 0 || names[i - 1]! < names[i]!) && inKeyOrder(member) === member;
  }
  if (isSame) return members;
  // By entries: a member that is called `__proto__` is one like any other.
  return Object.fromEntries(names.sort().map((name) => [name, inKeyOrder(members[name])]));
}
