/** A sentence with its `code` in backticks as code. */
export function Ticked({ children }: { children: string }) {
  return children
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? <code key={`${index} ${part}`}>{part}</code> : part));
}
