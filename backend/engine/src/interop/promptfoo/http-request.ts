import type { JsonObject } from '@rehearse/contracts';

/** Told by whoever sends a request. */
const OWN_HEADERS = /^(host|content-length|connection|accept-encoding)$/i;

/** A request as it goes over the wire (`POST /chat HTTP/1.1` …), as the keys of a provider's config; undefined when it is none. */
export function readRawRequest(id: string, config: JsonObject): JsonObject | undefined {
  const written = config['request'];
  if (typeof written !== 'string') return undefined;
  const [head = '', ...bodies] = written.trim().replaceAll('\r\n', '\n').split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const [, method, path] = /^([A-Z]+) (\S+) HTTP\/[\d.]+$/.exec(first.trim()) ?? [];
  const headers = lines.map((line) => /^([^:\s]+):\s*(.*)$/.exec(line.trim()));
  if (method === undefined || !headers.every((header) => header !== null)) return undefined;
  const named = headers.map(([, name, value]) => [name!, value!] as const);
  const host = named.find(([name]) => name.toLowerCase() === 'host')?.[1];
  const { request: _, ...others } = config;
  const protocol = id.startsWith('https') || config['useHttps'] === true ? 'https' : 'http';
  return {
    ...others,
    ...{ method, url: /^https?:/.test(path!) ? path! : `${protocol}://${host ?? ''}${path!}` },
    headers: Object.fromEntries(named.filter(([name]) => !OWN_HEADERS.test(name))),
    body: bodies.join('\n\n'),
  };
}
