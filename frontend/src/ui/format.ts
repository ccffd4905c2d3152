const EM_DASH = '\u2014';

/** `840 ms`, `1.42 s`, `2 m 05 s`, `1 h 12 m`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return EM_DASH;
  if (ms < 1) return ms === 0 ? '0 ms' : '<1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3_600)} h ${String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0')} m`;
}

/** `$0`, `$0.00042`, `$1.20`: two digits that say something, at least cents; null where a price is not known. */
export function usd(amount: number | null): string {
  if (amount === null) return 'unknown price';
  if (amount === 0) return '$0';
  if (amount >= 0.01) return `$${amount.toFixed(2)}`;
  return `$${Number(amount.toPrecision(2)).toFixed(Math.min(8, 1 - Math.floor(Math.log10(amount))))}`;
}

const grouped = new Intl.NumberFormat('en-US');
export const count = (value: number): string => grouped.format(value);
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `+98 ms`, `−$0.01`, `±0 tokens`; what is too small for a sign is `±<1 ms`. */
export function signed(value: number, format: (amount: number) => string): string {
  const text = format(Math.abs(value));
  const sign = value === 0 || text.startsWith('<') ? '±' : value > 0 ? '+' : '−';
  return `${sign}${text}`;
}

export const percent = (ratio: number | null): string =>
  ratio === null ? EM_DASH : `${(ratio * 100).toFixed(1).replace(/\.0$/, '')} %`;

/** The first characters of a digest or id, enough to tell two apart by eye. */
export const short = (id: string): string => id.slice(0, 12);

/** The random end of a UUIDv7; its beginning is the time and the same for runs made together. */
export const shortId = (id: string): string => id.slice(-8);

const STEPS: [limit: number, unit: Intl.RelativeTimeFormatUnit, size: number][] = [
  [60, 'second', 1],
  [3_600, 'minute', 60],
  [86_400, 'hour', 3_600],
  [7 * 86_400, 'day', 86_400],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** `just now`, `5 min. ago`, `yesterday`, then the date. */
export function ago(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1_000;
  if (Math.abs(seconds) < 10) return 'just now';
  const step = STEPS.find(([limit]) => Math.abs(seconds) < limit);
  if (!step)
    return new Date(at).toLocaleDateString('en', { year: 'numeric', month: 'short', day: 'numeric' });
  return relative.format(Math.round(seconds / step[2]), step[1]);
}

export const absolute = (at: string): string =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** `14:03:22.481`, local. */
export function clockTime(at: string): string {
  const date = new Date(at);
  return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
