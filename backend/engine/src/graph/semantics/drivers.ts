import type { AgentNode, JournalTarget, LlmNode } from '@rehearse/contracts';
import { compileExpression, type CompiledExpression } from '../../expression/index.js';
import type { CompiledDriver, CompiledHttpDriver, CompiledRoute } from '../model.js';
import { checkAddress, checkHeaders } from './calls.js';
import type { Compilation } from './compilation.js';
import { expressionAt, templateValueAt } from './text.js';

type AgentHttp = NonNullable<AgentNode['http']>;

/** Whether a node asks a model of a route. */
export const isBuiltin = (spec: LlmNode | AgentNode): boolean =>
  spec.type === 'llm' || spec.driver === undefined || spec.driver === 'builtin';

/** What `driver` an agent has, which needs a key of the same name; undefined for the builtin one. */
export function compileDriver(c: Compilation, spec: AgentNode): CompiledDriver | undefined {
  const driver = spec.driver ?? 'builtin';
  for (const key of ['http', 'command'] as const) {
    if (spec[key] === undefined || driver === key) continue;
    const message = `\`${key}\` is only for an agent with \`driver: ${key}\``;
    c.reportKey(spec, key, { code: 'graph/bad-value', message, suggestion: `add \`driver: ${key}\`` });
  }
  if (driver === 'builtin') return undefined;
  if (spec[driver] === undefined) {
    if (c.isDamaged([...c.located.pathOf(spec), driver])) return undefined;
    const message = `an agent with \`driver: ${driver}\` needs \`${driver}\``;
    return void c.report(spec, 'driver', {
      code: 'graph/missing-key',
      message,
      suggestion: driver === 'http' ? 'add `http: {url: https://…}`' : 'add `command: [program, argument]`',
    });
  }
  refuseRoute(c, spec, driver);
  return driver === 'http' ? compileHttp(c, spec.http!) : { kind: 'command', command: spec.command! };
}

/** Such an agent asks no model of ours. */
function refuseRoute(c: Compilation, spec: AgentNode, driver: string): void {
  if (spec.provider === undefined) return;
  const message = `an agent with \`driver: ${driver}\` takes no route`;
  c.reportKey(spec, 'provider', { code: 'graph/bad-value', message, suggestion: 'remove `provider`' });
}

/** The route of such an agent: itself. */
export function driverRoute(id: string, driver: CompiledDriver): CompiledRoute {
  const target: JournalTarget =
    driver.kind === 'http'
      ? { provider: 'http', url: driver.url }
      : { provider: 'command', command: [...driver.command] };
  return { name: id, spec: { targets: [target] } };
}

function compileHttp(c: Compilation, http: AgentHttp): CompiledHttpDriver {
  const scope = 'request' as const;
  checkAddress(c, http, 'url');
  if (http.headers) checkHeaders(c, http.headers);
  checkFormat(c, http);
  const headers = http.headers && templateValueAt(c, [http, 'headers'], { scope });
  const request = http.request === undefined ? undefined : templateValueAt(c, [http, 'request'], { scope });
  const response = http.response && compileResponse(c, http.response);
  return {
    kind: 'http',
    url: http.url,
    method: http.method ?? 'POST',
    ...(headers && { headers }),
    ...(http.model !== undefined && { model: http.model }),
    ...(request && { request }),
    ...(response && { response }),
  };
}

function checkFormat(c: Compilation, http: AgentHttp): void {
  const isTemplate = http.format === 'template';
  for (const key of ['request', 'response'] as const) {
    if (isTemplate && http[key] === undefined)
      c.report(http, 'format', {
        code: 'graph/missing-key',
        message: `the format template needs \`${key}\``,
        suggestion: SUGGESTED[key],
      });
    if (!isTemplate && http[key] !== undefined)
      c.reportKey(http, key, {
        code: 'graph/bad-value',
        message: `\`${key}\` is only for \`format: template\``,
        suggestion: 'add `format: template`',
      });
  }
  if (isTemplate && http.model !== undefined)
    c.reportKey(http, 'model', {
      code: 'graph/bad-value',
      message: '`model` is only for `format: openai`',
      suggestion: 'write it into `request`',
    });
}

const SUGGESTED = {
  request: 'add `request`, as in {text: "{{ last.content }}"}',
  response: 'add `response`, as in {content: response.text}',
};

function compileResponse(
  c: Compilation,
  response: NonNullable<AgentHttp['response']>,
): Record<string, CompiledExpression> {
  const compiled = Object.entries(response).map(([member, text]) => [
    member,
    partAt(c, response, { member, text }),
  ]);
  return Object.fromEntries(compiled.filter(([, expression]) => expression !== undefined)) as Record<
    string,
    CompiledExpression
  >;
}

function partAt(
  c: Compilation,
  response: object,
  { member, text }: { member: string; text: string },
): CompiledExpression | undefined {
  const scope = 'response' as const;
  if (!text.startsWith('/')) return expressionAt(c, [response, member], { scope });
  const compiled = POINTER.test(text) ? compileExpression(pointed(text), scope) : [];
  if (!Array.isArray(compiled)) return compiled;
  const message = 'this is no JSON pointer';
  const suggestion = 'as in /choices/0/message/content, with ~1 for a slash and ~0 for a tilde';
  return void c.report(response, member, { code: 'graph/bad-value', message, suggestion });
}

const POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;

/** A JSON pointer (RFC 6901) as CEL over `response`. */
function pointed(pointer: string): string {
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return `response${steps.map((step) => `[${/^\d+$/.test(step) ? step : JSON.stringify(step)}]`).join('')}`;
}
