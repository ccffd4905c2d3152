/* eslint-disable no-control-regex -- these characters are what this file is about */
const ESC = '\\u001b';
/** CSI (colours, cursor), OSC (titles, links), and the two-character sequences of ECMA-48. */
const TERMINAL_SEQUENCES = new RegExp(
  `(?:${ESC}\\[|\\u009b)[0-?]*[ -/]*[@-~]|${ESC}\\][^\\u0007\\u001b]*(?:\\u0007|${ESC}\\\\)?|${ESC}[@-Z\\\\-_]`,
  'g',
);
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const BIDI_CONTROLS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** Text of an agent or tool as it may be shown: no terminal sequences, no controls, no change of writing direction. */
export function plainText(text: string): string {
  return text.replace(TERMINAL_SEQUENCES, '').replace(CONTROLS, '').replace(BIDI_CONTROLS, '\u25a1');
}

/** The same on one line. */
export const oneLine = (text: string): string => plainText(text).replace(/\s+/g, ' ').trim();
