import type { JsonObject, StepError } from '@rehearse/contracts';
import type { CompiledHttpDriver, ModelOutcome, ModelPlace, ModelRequest } from '@rehearse/engine';
import { send } from '../egress/index.js';
import { chat } from '../providers/chat.js';
import { BadAnswer, parse, type Reply } from '../providers/dialect.js';
import { LAST_DEADLINE_MS } from '../providers/model.js';
import { failedBy, failedByStatus } from '../providers/outcome.js';
import { MissingSecret, SecretUse } from '../secrets.js';
import type { CallSettings } from '../settings.js';
import { agentReply, type AgentReply } from './answer.js';

const MAX_BYTES = 16 * 1_048_576;
const openai = chat('max_tokens');

interface Circumstances {
  place: ModelPlace;
  settings: CallSettings;
}

/** Asks an agent that answers over HTTP: as OpenAI's chat completions do, or as the graph says. */
export async function callHttpAgent(
  driver: CompiledHttpDriver,
  request: ModelRequest,
  { place, settings }: Circumstances,
): Promise<ModelOutcome> {
  const use = new SecretUse(settings.secrets);
  try {
    const bindings = bindingsOf(request, place);
    const url = use.reveal(driver.url);
    if (!URL.canParse(url)) throw new BadAnswer('the url of the agent is none');
    const answer = await send({
      method: driver.method,
      url: new URL(url),
      headers: { 'content-type': 'application/json', ...headersOf(driver, bindings, use) },
      body: JSON.stringify(bodyOf(driver, request, bindings)),
      ...{ signal: place.signal, policy: settings.egress },
      ...{ deadlineMs: LAST_DEADLINE_MS, maxBytes: MAX_BYTES },
    });
    const text = use.hide(await answer.text());
    if (answer.status < 200 || answer.status > 299) return failedByStatus(answer, text, use);
    const reply = replyOf(driver, { response: parse(text), status: answer.status }, place.key);
    if (reply.content !== null) place.onToken?.(reply.content);
    return { ok: true, ...reply };
  } catch (thrown) {
    return thrown instanceof MissingSecret ? missing(thrown) : failedBy(thrown, use);
  }
}

const missing = ({ message }: MissingSecret): ModelOutcome => {
  const error: StepError = { code: 'secret/missing', message, category: 'validation' };
  return { ok: false, error, retryable: false };
};

const bindingsOf = ({ messages, tools }: ModelRequest, place: ModelPlace): JsonObject => ({
  messages: messages as unknown as JsonObject[],
  last: messages.at(-1) ?? null,
  tools: tools as unknown as JsonObject[],
  node: place.node,
  turn: place.turn,
  inputs: place.vars,
  vars: place.vars,
  run: place.run,
  case: { id: place.caseId },
});

function headersOf(driver: CompiledHttpDriver, bindings: JsonObject, use: SecretUse): Record<string, string> {
  const rendered = driver.headers?.render(bindings, { written: use.reveal });
  if (!rendered) return {};
  if (!rendered.ok) throw new BadAnswer(`headers: ${rendered.error.message}`);
  return Object.fromEntries(
    Object.entries(rendered.value as JsonObject).map(([name, value]) => [
      name.toLowerCase(),
      String(value).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, ' '),
    ]),
  );
}

function bodyOf(driver: CompiledHttpDriver, request: ModelRequest, bindings: JsonObject): unknown {
  if (!driver.request) {
    const { model: _, ...body } = openai.body(request, false) as JsonObject;
    return driver.model === undefined ? body : { model: driver.model, ...body };
  }
  const rendered = driver.request.render(bindings);
  if (!rendered.ok) throw new BadAnswer(`request: ${rendered.error.message}`);
  return rendered.value;
}

function replyOf(
  driver: CompiledHttpDriver,
  answer: { response: unknown; status: number },
  key: string,
): AgentReply {
  if (!driver.response) return usageOf(openai.read(answer.response));
  const bindings = answer as JsonObject;
  const told: JsonObject = {};
  for (const [member, expression] of Object.entries(driver.response)) {
    const evaluated = expression.evaluate(bindings);
    if (!evaluated.ok) throw new BadAnswer(`response.${member}: ${evaluated.error.message}`);
    told[member] = evaluated.value;
  }
  return agentReply(told, key);
}

const usageOf = ({ counts, ...reply }: Reply): AgentReply => ({
  ...reply,
  usage: { inputTokens: counts.input, outputTokens: counts.output },
});
