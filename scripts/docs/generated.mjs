// Parts of the documentation that are made from the code stand between two markers; the prose around them is written by hand.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

const root = path.resolve(import.meta.dirname, '../..');

/** The text of `file` with each part put between `<!-- name -->` and `<!-- /name -->`. */
export async function withParts(file, parts) {
  const name = path.join(root, file);
  let text = readFileSync(name, 'utf8');
  for (const [part, made] of Object.entries(parts)) {
    const [start, end] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file} lacks ${start} … ${end}`);
    text = `${text.slice(0, from + start.length)}\n\n${made}\n\n${text.slice(to)}`;
  }
  return format(text, { ...(await resolveConfig(name)), parser: 'markdown' });
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const code = (text) => `\`${text}\``;
