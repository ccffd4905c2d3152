import { createHash } from 'node:crypto';
import type { Json, JsonObject, StepError } from '@rehearse/contracts';
import {
  canonicalJson,
  jsonOrText,
  type CompiledHttpCall,
  type EvaluationError,
  type ToolOutcome,
  type ToolPlace,
} from '@rehearse/engine';
import {
  EgressFailure,
  http as nodeHttp,
  retryAfter,
  send,
  type EgressAnswer,
  type EgressFault,
} from '../egress/index.js';
import { MissingSecret, SecretUse } from '../secrets.js';
import type { CallSettings } from '../settings.js';

/** The engine ends a call that takes longer than its node allows; this only ends what it forgot. */
const LAST_DEADLINE_MS = 3_600_000;
const MAX_BYTES = 4 * 1_048_576;
const MAX_MESSAGE = 500;

export interface HttpToolCall {
  http: CompiledHttpCall;
  bindings: JsonObject;
  place: Pick<ToolPlace, 'key' | 'signal'>;
  settings: CallSettings;
  /** For a call with a side effect: the same for the same step of the same run, so that it happens once. */
  idempotency?: { runId: string };
}

/** Calls the address of a tool. */
export async function callHttpTool(call: HttpToolCall): Promise<ToolOutcome> {
  const use = new SecretUse(call.settings.secrets);
  try {
    const written = write(call, use);
    const answer = await send({
      ...written,
      signal: call.place.signal,
      policy: call.settings.egress,
      deadlineMs: LAST_DEADLINE_MS,
      maxBytes: MAX_BYTES,
    });
    const text = use.hide(await answer.text());
    return answer.status >= 200 && answer.status < 300
      ? { ok: true, result: resultOf(answer, text) }
      : refused(answer, text);
  } catch (thrown) {
    const isUnsent = thrown instanceof EgressFailure && thrown.isUnsent;
    return { ok: false, error: errorOf(thrown, use), ...(isUnsent && { isUnsent }) };
  }
}

/** A template of the call that cannot be filled in, or gives what cannot be sent. */
class BadCall extends Error {}

function write({ http, bindings, place, idempotency }: HttpToolCall, use: SecretUse) {
  const url = addressOf(http, bindings, use);
  for (const [name, value] of Object.entries(membersOf(http, 'query', { bindings, use })))
    url.searchParams.append(name, value);
  const headers = membersOf(http, 'headers', { bindings, use });
  const json = http.json && valueOf('json', http.json.render(bindings, { written: use.reveal }));
  if (json !== undefined) headers['content-type'] ??= 'application/json';
  if (idempotency) headers['idempotency-key'] ??= idempotencyKey(idempotency.runId, place.key);
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  const method = http.method ?? (json === undefined ? 'GET' : 'POST');
  return { method, url, headers, ...(json !== undefined && { body: JSON.stringify(json) }) };
}

/** What is put into an address is encoded, so that it stays within its part; but for an address that it begins. */
function addressOf({ url }: CompiledHttpCall, bindings: JsonObject, use: SecretUse): URL {
  let hasBegun = false;
  const begun = (text: string) => {
    hasBegun = true;
    return text;
  };
  const text = valueOf(
    'url',
    url.render(bindings, {
      written: (part) => begun(use.reveal(part)),
      inserted: (part) => (hasBegun ? encodeURIComponent(part) : begun(part)),
    }),
  ) as string;
  if (!URL.canParse(text)) throw new BadCall('the url is none once it is filled in');
  return new URL(text);
}

/** The headers or the query, by lower-case name; what is null is left out. */
function membersOf(
  http: CompiledHttpCall,
  part: 'headers' | 'query',
  { bindings, use }: { bindings: JsonObject; use: SecretUse },
): Record<string, string> {
  const template = http[part];
  if (!template) return {};
  const values = valueOf(part, template.render(bindings, { written: use.reveal })) as JsonObject;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [
        part === 'headers' ? name.toLowerCase() : name,
        typeof value === 'string' ? value : canonicalJson(value),
      ]),
  );
}

type Rendered =
  { ok: true; value: Json } | { ok: true; text: string } | { ok: false; error: EvaluationError };

function valueOf(part: string, rendered: Rendered): Json {
  if (!rendered.ok) throw new BadCall(`${part}: ${rendered.error.message}`);
  return 'text' in rendered ? rendered.text : rendered.value;
}

function checkHeader(name: string, value: string): void {
  try {
    nodeHttp.validateHeaderName(name);
    nodeHttp.validateHeaderValue(name, value);
  } catch {
    throw new BadCall(`headers: the value of ${name} cannot stand in a header`);
  }
}

const idempotencyKey = (runId: string, key: string): string =>
  createHash('sha256')
    .update(JSON.stringify([runId, key]))
    .digest('hex');

function resultOf({ headers }: EgressAnswer, text: string): Json {
  if (text === '') return null;
  return /[/+]json\b/.test(headers['content-type'] ?? '') ? jsonOrText(text) : text;
}

function refused({ status, headers }: EgressAnswer, text: string): ToolOutcome {
  const message = `the tool answered ${status}: ${text.slice(0, MAX_MESSAGE) || 'nothing more'}`;
  const retryAfterMs = retryAfter(headers);
  const error: StepError = { code: 'tool/error', message, category: 'tool', status };
  return { ok: false, error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

const FAULTS: Readonly<Record<EgressFault, Pick<StepError, 'code' | 'category'>>> = {
  refused: { code: 'egress/refused', category: 'policy' },
  unreachable: { code: 'tool/unreachable', category: 'tool' },
  broken: { code: 'tool/broken-answer', category: 'tool' },
  'too-large': { code: 'tool/answer-too-large', category: 'tool' },
  late: { code: 'tool/timeout', category: 'timeout' },
  aborted: { code: 'tool/aborted', category: 'tool' },
};

function errorOf(thrown: unknown, use: SecretUse): StepError {
  if (thrown instanceof EgressFailure) return { ...FAULTS[thrown.fault], message: use.hide(thrown.message) };
  if (thrown instanceof MissingSecret)
    return { code: 'secret/missing', message: thrown.message, category: 'validation' };
  if (thrown instanceof BadCall)
    return { code: 'tool/bad-call', message: use.hide(thrown.message), category: 'validation' };
  throw thrown;
}
