import type { CallChoice, EditRequest } from '@rehearse/engine';
import { ChaosFaultSpec, JsonObject } from '@rehearse/contracts';
import { CliError } from '../cli-error.js';
import type { ReplayFlags } from './replay-options.js';

/** The edits of a fork, in the order of their flags. */
export const editsOf = ({ edit = [], editData = [] }: ReplayFlags): EditRequest[] => [
  ...edit.map((text) => ({ ...seqAndRest(text, '--edit'), data: undefined })),
  ...editData.map((text) => {
    const { seq, content } = seqAndRest(text, '--edit-data');
    return { seq, data: objectIn(content, '--edit-data') };
  }),
];

function seqAndRest(text: string, flag: string): { seq: number; content: string } {
  const [, seq, content] = /^(\d{1,9})=(.*)$/s.exec(text) ?? [];
  if (seq !== undefined && content !== undefined) return { seq: Number(seq), content };
  throw usage(`${flag} ${text} is no seq with what is to stand there`, `Write it as in ${flag} '12=…'.`);
}

export const varsOf = ({ vars }: ReplayFlags): JsonObject | undefined =>
  vars === undefined ? undefined : objectIn(vars, '--vars');

function objectIn(text: string, flag: string): JsonObject {
  try {
    const parsed = JsonObject.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Told below.
  }
  throw usage(`${flag}: ${text} is no JSON object`, `Write it as in ${flag} '…{"name": "value"}'.`);
}

/** `tool:lookup_order#2`, or a seq. */
export function callOf({ at = '' }: ReplayFlags): CallChoice {
  if (/^\d{1,9}$/.test(at)) return { seq: Number(at) };
  const [, on, nth = '1'] = /^((?:tool|llm|http):[A-Za-z0-9_*]+)(?:#(\d{1,6}))?$/.exec(at) ?? [];
  if (on !== undefined && Number(nth) > 0) return { on, nth: Number(nth) };
  throw usage(
    at === '' ? 'chaos needs --at' : `--at ${at} names no call`,
    'Write tool:<name>#<n> for the nth call of a tool, llm:<node>#<n> for the nth request of a node, or a seq.',
  );
}

export function faultOf({ fault = '' }: ReplayFlags): ChaosFaultSpec {
  const given: unknown = fault.startsWith('{') ? objectIn(fault, '--fault') : { fault };
  const parsed = ChaosFaultSpec.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usage(
    fault === ''
      ? 'chaos needs --fault'
      : `--fault ${fault}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    'Give a name, as in --fault timeout, or JSON, as in --fault \'{"fault": "error", "status": 503}\'.',
  );
}

export const usage = (message: string, hint: string): CliError =>
  new CliError({ code: 'replay/usage', message, hint });
