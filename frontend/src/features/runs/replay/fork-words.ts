import type { ForkView } from '@rehearse/contracts';
import { cut, inWords } from '../event-words.js';

/** What makes a fork another run than its parent. */
export function changeText({
  parent,
  edits,
  fault,
  hold,
}: Pick<ForkView, 'parent' | 'edits' | 'fault' | 'hold'>): string {
  const from = `from seq ${parent?.fromSeq}`;
  if (fault) return `${fault.fault.fault} on ${fault.on}, at ${fault.key}`;
  if (hold) return `rerun, ${heldText(hold)}`;
  if (edits.length === 0) return `${from}, nothing edited`;
  return `${from}, edited`;
}

/** What is said in the place of a recorded answer, in a line. */
export function editText({ seq, data }: ForkView['edits'][number]): string {
  const says = (name: string) => cut(inWords(data[name]));
  if ('vars' in data) return `vars: ${says('vars')}`;
  if ('result' in data) return `seq ${seq} returns ${says('result')}`;
  if ('decision' in data) return `seq ${seq} decides ${says('decision')}`;
  if ('error' in data) return `seq ${seq} fails: ${says('error')}`;
  if (typeof data['content'] === 'string') return `seq ${seq} answers ${says('content')}`;
  return `seq ${seq} asks for ${says('toolCalls')}`;
}

function heldText({ model, tools }: NonNullable<ForkView['hold']>): string {
  const held = [model && 'models', tools && 'tools'].filter(Boolean);
  return held.length === 0 ? 'nothing held' : `${held.join(' and ')} held by the tape`;
}
