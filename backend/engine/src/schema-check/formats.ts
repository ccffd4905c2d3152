import { compileRegex } from '../expression/index.js';

const DATE = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
const TIME = '([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)';
const LABEL = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const BYTE = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const GROUP = '[0-9A-Fa-f]{1,4}';

/** The formats that are checked; any other is a note for people, as JSON Schema 2020-12 has it. */
const PATTERNS: Readonly<Record<string, string>> = {
  date: DATE,
  time: TIME,
  'date-time': `${DATE}[Tt]${TIME}`,
  email: `[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(\\.${LABEL})*`,
  hostname: `${LABEL}(\\.${LABEL})*`,
  ipv4: `(${BYTE}\\.){3}${BYTE}`,
  ipv6: `(${GROUP}:){7}${GROUP}|(${GROUP}(:${GROUP}){0,6})?::(${GROUP}(:${GROUP}){0,6})?`,
  uri: '[A-Za-z][A-Za-z0-9+.-]*:[^\\s"<>\\\\^`{|}]*',
  uuid: '[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}',
};

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && isLeap ? 29 : DAYS[month - 1]!);
}

type Format = (text: string) => boolean;

/** Each is compiled when it is first asked for. */
function lazyFormat(name: string, pattern: string): Format {
  let format: Format | undefined;
  return (text) => (format ??= formatOf(name, pattern))(text);
}

function formatOf(name: string, pattern: string): Format {
  const regex = compileRegex(`^(${pattern})$`);
  if (!('test' in regex)) throw new Error(`format ${name}: ${regex.reason}`);
  if (name === 'date' || name === 'date-time') return (text) => regex.test(text) && isDay(text);
  // At most eight groups, `::` standing for one at least.
  if (name === 'ipv6') return (text) => regex.test(text) && text.split(':').filter(Boolean).length <= 8;
  return (text) => regex.test(text);
}

/** Whether a text is of a format, by the name of the format. */
export const FORMATS: Readonly<Record<string, Format>> = Object.fromEntries(
  Object.entries(PATTERNS).map(([name, pattern]) => [name, lazyFormat(name, pattern)]),
);
