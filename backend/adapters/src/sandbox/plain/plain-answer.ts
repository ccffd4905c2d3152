import type { Answer, ScriptAsk, ScriptForm } from '@rehearse/engine';
import { plainProgram, type PlainProgram } from './plain-program.js';

type Ask = Extract<ScriptAsk, { language: 'javascript' }>;

const known: Readonly<Record<ScriptForm, Map<string, PlainProgram | undefined>>> = {
  expression: new Map(),
  body: new Map(),
  statements: new Map(),
};
const MOST_KNOWN = 200;

/** What a plain program gives; undefined where the sandbox has to be asked. */
export function plainAnswer(ask: Ask): Answer | undefined {
  const given = compiled(ask)?.(ask.bindings);
  return given && { ok: true, ...given };
}

function compiled({ source, form }: Pick<Ask, 'source' | 'form'>): PlainProgram | undefined {
  const ofForm = known[form];
  if (ofForm.has(source)) return ofForm.get(source);
  if (ofForm.size >= MOST_KNOWN) ofForm.clear();
  const program = plainProgram({ source, form });
  ofForm.set(source, program);
  return program;
}

const FORMS: readonly ScriptForm[] = ['expression', 'body', 'statements'];

/** Whether a program is plain in the form that it has, which whoever asks does not know. */
export const isPlain = (source: string): boolean =>
  FORMS.some((form) => compiled({ source, form }) !== undefined);
