import type { AgentNode, Json, JsonObject } from '@rehearse/contracts';
import { type At, isMapping, type Sources } from '../sources.js';
import { readBody } from './http-body.js';
import { readRawRequest } from './http-request.js';
import { readResponse } from './http-response.js';
import type { Templates } from './templates.js';

export type AgentHttp = NonNullable<AgentNode['http']>;

/** `http`, `https`, or the address itself. */
export const isHttp = (id: string): boolean => /^https?(:\/\/|$)/.test(id);

const KEYS = ['url', 'method', 'headers', 'body', 'queryParams', 'transformResponse', 'responseParser'];
/** Without them something else would be asked. */
const DECISIVE: Readonly<Record<string, string>> = {
  transformRequest: 'a transform of its request',
  multipart: 'a body in several parts',
};
const METHODS = ['POST', 'PUT', 'PATCH'] as const;
const SECRET_HEADER = /authori[sz]ation|cookie|key|token|secret/i;

interface Around {
  sources: Sources;
  templates: Templates;
}

/** A provider of promptfoo that is an HTTP endpoint, as the driver of an agent; undefined, and noted, when it has no counterpart. */
export function httpProvider({ id, config: written, at }: Written, around: Around): AgentHttp | undefined {
  const { sources } = around;
  const isRaw = written['request'] !== undefined;
  const config = isRaw ? readRawRequest(id, written) : written;
  /** What a raw request holds stands at its one key. */
  const place = (key: string): At =>
    key === 'id' ? at : [written, isRaw && written[key] === undefined ? 'request' : key];
  let isWhole = true;
  const missing = (key: string, why: string) => {
    isWhole = false;
    sources.lost(place(key), `the provider \`${id}\` has no counterpart: ${why}`);
  };
  if (!config) return void missing('request', 'its request is no text of HTTP');
  const key = written['transformResponse'] === undefined ? 'responseParser' : 'transformResponse';
  const response = readResponse(written[key]);
  if ('why' in response) return void missing(key, response.why);
  const { url, method } = addressOf(id, config, missing);
  const request = bodyOf(config['body'], { ...around, place, missing });
  for (const [decisive, what] of Object.entries(DECISIVE))
    if (written[decisive] !== undefined) missing(decisive, `${what} cannot be taken over`);
  if (!isWhole || request === undefined || !method) return undefined;
  noteOthers(written, { sources, isRaw });
  if (response.note !== undefined) sources.changed([written, key], response.note);
  const headers = headersOf(config['headers'], { ...around, at: place('headers') });
  const { content } = response;
  return { url, method, ...(headers && { headers }), format: 'template', request, response: { content } };
}

interface Written {
  id: string;
  config: JsonObject;
  at: At;
}

type Missing = (key: string, why: string) => void;

/** Where it is asked, and how. */
function addressOf(id: string, config: JsonObject, missing: Missing) {
  const key = typeof config['url'] === 'string' ? 'url' : 'id';
  const url = withQuery(typeof config['url'] === 'string' ? config['url'] : id, config['queryParams']);
  const method = METHODS.find((one) => one === String(config['method'] ?? 'POST').toUpperCase());
  if (!method) missing('method', `an agent is asked by ${METHODS.join(', ')}`);
  if (!/^https?:\/\/[^{}\s]+$/.test(url)) missing(key, 'its address is not fixed');
  else if (/[?&][^=&]*(key|token|secret|password)[^=&]*=/i.test(url))
    missing(key, 'its address holds a secret');
  return { url, method };
}

/** What stands behind the `?` belongs to the address; a variable there makes it none that is fixed. */
function withQuery(url: string, params: Json | undefined): string {
  if (!isMapping(params) || Object.keys(params).length === 0) return url;
  const text = (value: Json) =>
    /\{[{%]/.test(String(value)) ? String(value) : encodeURIComponent(String(value));
  const query = Object.entries(params).map(([name, value]) => `${encodeURIComponent(name)}=${text(value)}`);
  return `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`;
}

interface Body extends Around {
  place(key: string): At;
  missing: Missing;
}

function bodyOf(body: Json | undefined, { templates, place, missing }: Body): Json | undefined {
  const read = readBody(body);
  if (read === undefined)
    return void missing('body', body === undefined ? 'it has no body' : 'its body is no JSON');
  const request = templates.convertAll(read, place('body'), PROMPT);
  return request ?? void missing('body', 'its body cannot be taken over');
}

/** What the endpoint is told of the prompt. */
const PROMPT = { prompt: 'last.content' };

function noteOthers(config: JsonObject, { sources, isRaw }: { sources: Sources; isRaw: boolean }): void {
  const known = isRaw ? [...KEYS, 'request', 'useHttps'] : KEYS;
  for (const key of Object.keys(config))
    if (!known.includes(key))
      sources.lost([config, key], `\`${key}\` of a provider's config has no counterpart`);
}

/** A header that may hold a secret is one here, whatever stands in it. */
function headersOf(
  headers: Json | undefined,
  { sources, templates, at }: Around & { at: At },
): Record<string, string> | undefined {
  if (!isMapping(headers)) return undefined;
  const read = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const text = String(value);
    if (!SECRET_HEADER.test(name) && !/\{\{-?\s*env\b/.test(text)) {
      const converted = templates.convert(text, at, PROMPT);
      return converted === undefined ? [] : [[name, converted]];
    }
    const secret = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
    sources.changed(at, `the header \`${name}\` is the secret \`\${secret:${secret}}\`, its whole value`);
    return [[name, `\${secret:${secret}}`]];
  });
  return read.length === 0 ? undefined : Object.fromEntries(read);
}
