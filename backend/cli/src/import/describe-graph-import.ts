import type { ImportNote } from '@rehearse/contracts';
import type { GraphImport } from '@rehearse/engine';
import { count } from '../text/amounts.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { quoted } from '../text/quoted.js';

interface Described {
  imported: Extract<GraphImport, { ok: true }>;
  what: string;
  /** Where the graphs were written, in their order. */
  files: readonly string[];
  /** A file of the import as a person here would type it. */
  place(file: string): string;
}

const HEADS = [
  ['lost', 'red', 'Left out: there is no counterpart'],
  ['changed', 'yellow', 'Came over, and is named or means something else'],
  ['mapped', 'green', 'Came over'],
  ['ignored', 'dim', 'Ignored: it says nothing about behaviour'],
] as const;

/** What an import wrote, and what became of every part that did not simply come over. */
export function describeGraphImport({ imported, what, files, place }: Described, paint: Paint): string {
  const { graphs, notes } = imported;
  const written = graphs.flatMap(({ errors }, index) => {
    const problems = errors.map(
      ({ line, code, message }) =>
        `      ${files[index]}:${line} ${paint('dim', code)} ${printable(message)}\n`,
    );
    return [
      `  ${paint('cyan', files[index]!)}${errors.length > 0 ? `  ${paint('red', 'does not validate')}` : ''}\n`,
      ...problems,
    ];
  });
  const sections = HEADS.flatMap(([kind, colour, head]) => {
    const own = notes.filter((note) => note.kind === kind);
    return own.length === 0
      ? []
      : [`\n${paint(colour, `${head} (${own.length})`)}\n`, ...own.map((note) => line(note, place))];
  });
  const next = files.length === 1 ? files[0]! : files[0]!.replace(/[^/\\]*$/, '') || '.';
  return [
    `${paint('bold', printable(what))}  ${count(graphs.length, 'graph')}\n`,
    ...written,
    ...sections,
    `\n${paint('dim', 'Next')}  ${paint('cyan', `rehearse run ${quoted(next)}`)}\n`,
  ].join('');
}

const line = ({ file, line: number, message }: ImportNote, place: Described['place']): string =>
  `  ${printable(place(file))}${number === undefined ? '' : `:${number}`}  ${printable(message)}\n`;
