import type { IncomingHttpHeaders } from 'node:http';

/** `Retry-After` in milliseconds: seconds or a date; some servers also give `retry-after-ms`. */
export function retryAfter(headers: IncomingHttpHeaders): number | undefined {
  const exact = Number(headers['retry-after-ms']);
  if (headers['retry-after-ms'] !== undefined && exact >= 0) return exact;
  const said = headers['retry-after'];
  if (said === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : undefined;
}
