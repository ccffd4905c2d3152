import type { AgentNode, Json, JsonObject } from '@rehearse/contracts';
import { type At, isMapping, type Sources } from '../sources.js';
import type { Templates } from './templates.js';

export type AgentHttp = NonNullable<AgentNode['http']>;

/** `http`, `https`, or the address itself. */
export const isHttp = (id: string): boolean => /^https?(:\/\/|$)/.test(id);

const KEYS = ['url', 'method', 'headers', 'body', 'transformResponse', 'responseParser'];
const METHODS = ['POST', 'PUT', 'PATCH'] as const;
const SECRET_HEADER = /authori[sz]ation|cookie|key|token|secret/i;

/** A provider of promptfoo that is an HTTP endpoint, as the driver of an agent; undefined, and noted, when it has no counterpart. */
export function httpProvider(
  { id, config, at }: { id: string; config: JsonObject; at: At },
  { sources, templates }: { sources: Sources; templates: Templates },
): AgentHttp | undefined {
  const lost = (message: string) =>
    void sources.lost(at, `the provider \`${id}\` has no counterpart: ${message}`);
  const url = typeof config['url'] === 'string' ? config['url'] : id;
  const method = METHODS.find((one) => one === String(config['method'] ?? 'POST').toUpperCase());
  if (!method) return lost(`an agent is asked by ${METHODS.join(', ')}`);
  if (!/^https?:\/\/[^{}\s]+$/.test(url)) return lost('its address is not fixed');
  if (/[?&][^=&]*(key|token|secret|password)[^=&]*=/i.test(url)) return lost('its address holds a secret');
  const request = bodyOf(config['body'], { sources, templates, at });
  const content = contentOf(config['transformResponse'] ?? config['responseParser']);
  if (request === undefined) return lost('its body cannot be taken over');
  if (content === undefined) return lost('where the answer stands in the response is a program');
  for (const key of Object.keys(config))
    if (!KEYS.includes(key))
      sources.lost([config, key], `\`${key}\` of a provider's config has no counterpart`);
  const headers = headersOf(config['headers'], { sources, config });
  return { url, method, ...(headers && { headers }), format: 'template', request, response: { content } };
}

interface Around {
  sources: Sources;
  templates: Templates;
  at: At;
}

/** The body with the prompt where `{{ prompt }}` stands. */
function bodyOf(body: Json | undefined, { templates, at }: Around): Json | undefined {
  const parsed = typeof body === 'string' ? jsonOf(body) : body;
  if (parsed === undefined) return undefined;
  const prompted = (value: Json): Json | undefined => {
    if (typeof value === 'string') return templates.convert(value, at, { prompt: 'last.content' });
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([key, member]) => [key, prompted(member)] as const);
    if (members.some(([, member]) => member === undefined)) return undefined;
    return Array.isArray(value)
      ? members.map(([, member]) => member!)
      : (Object.fromEntries(members) as JsonObject);
  };
  return prompted(parsed);
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A path from the parsed response; of a program nothing is known. Without one, promptfoo takes the whole response. */
function contentOf(transform: Json | undefined): string | undefined {
  if (transform === undefined) return 'response';
  const path =
    typeof transform === 'string' ? /^json((?:\.[A-Za-z_]\w*|\[\d+\])*)$/.exec(transform.trim()) : null;
  return path ? `response${path[1]!}` : undefined;
}

/** A header that may hold a secret is one here, whatever stands in it. */
function headersOf(
  headers: Json | undefined,
  { sources, config }: { sources: Sources; config: JsonObject },
): Record<string, string> | undefined {
  if (!isMapping(headers) || Object.keys(headers).length === 0) return undefined;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const text = String(value);
      if (!SECRET_HEADER.test(name) && !text.includes('{{')) return [name, text];
      const secret = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
      sources.changed(
        [config, 'headers'],
        `the header \`${name}\` is the secret \`\${secret:${secret}}\`, its whole value`,
      );
      return [name, `\${secret:${secret}}`];
    }),
  );
}
