import type { ChatMessage, Json, JournalTarget } from '@rehearse/contracts';
import type { CompiledTool, ModelSeat } from '../graph/model.js';
import { canonicalJson, canonicalOfPart, sha256Hex } from '../journal/canonical.js';
import type { ModelRequest } from '../ports.js';

/** Whoever asks a model, and by which route. */
export type Seat = Omit<ModelSeat, 'output'> & { output?: { json: Json } };

const offered = new WeakMap<readonly CompiledTool[], ModelRequest['tools']>();

/** The tools as a model is told of them. */
function toolsFor(tools: readonly CompiledTool[]): ModelRequest['tools'] {
  const known = offered.get(tools);
  if (known) return known;
  const told = tools.map(({ name, spec }) => ({
    name,
    description: spec.description ?? null,
    parameters: (spec.parameters ?? { type: 'object' }) as Json,
  }));
  offered.set(tools, told);
  return told;
}

/** What the model is asked: the whole of it, so that `inDigest` covers it. */
export const requestOf = (
  seat: Seat,
  target: JournalTarget,
  messages: readonly ChatMessage[],
): ModelRequest => ({
  target,
  model: modelOf(target),
  messages,
  tools: toolsFor(seat.tools),
  params: seat.params,
  output: seat.output?.json ?? null,
});

/** The digest of a request's canonical JSON; what is the same in each of them is put together once. */
export const requestDigest = ({ messages, model, output, params, target, tools }: ModelRequest): string =>
  sha256Hex(
    `{"messages":${canonicalJson(messages)},"model":${canonicalJson(model)},"output":${canonicalJson(output)},` +
      `"params":${canonicalOfPart(params)},"target":${canonicalOfPart(target)},"tools":${canonicalOfPart(tools)}}`,
  );

export const modelOf = (target: JournalTarget): string => {
  if (target.provider === 'mock') return target.model ?? `mock:${target.script}`;
  if (target.provider === 'http') return target.url;
  if (target.provider === 'command') return target.command[0]!;
  return target.model ?? target.deployment ?? target.provider;
};
