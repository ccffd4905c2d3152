import { styleText } from 'node:util';
import type { Io, Out } from '../io.js';

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;
const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** Colours only on a terminal; NO_COLOR turns them off anywhere, FORCE_COLOR on. */
export function paintFor(out: Out, { env }: Io): Paint {
  if (env['NO_COLOR']) return plain;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced === '0' || forced === 'false' ? plain : coloured;
  return out.isTTY && env['TERM'] !== 'dumb' ? coloured : plain;
}
