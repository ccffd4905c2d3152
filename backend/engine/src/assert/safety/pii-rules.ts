import { lazily } from '../library.js';

const phones = lazily('libphonenumber-js', () => import('libphonenumber-js/min'));
const ibans = lazily('ibantools', () => import('ibantools'));

/** Loads what the checks of phone numbers and IBANs need. */
export const preparePii = (): Promise<unknown> => Promise.all([phones.load(), ibans.load()]);

/** The kinds of personal data and secrets that are looked for. */
export const PII_KINDS = [
  ...['email', 'phone', 'credit-card', 'iban', 'us-ssn', 'ip', 'api-key', 'jwt'],
] as const;
export type PiiKind = (typeof PII_KINDS)[number];

/** How one kind is found: text of a likely shape, which `isReal` then checks. Each pattern is linear: no repeat in a repeat. */
interface PiiRule {
  shape: RegExp;
  /** Whether what has the shape is one; a number says how much of it is. */
  isReal?: (found: string) => boolean | number;
  /** Words of which one has to stand near, where the shape alone says little. */
  near?: RegExp;
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** H. P. Luhn, US patent 2,950,048 (1960). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The first digits of the schemes that issue cards, with the lengths of their numbers (ISO/IEC 7812). */
const CARD_SCHEMES: readonly [prefix: RegExp, lengths: readonly number[]][] = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(36|38|30[0-5])/, [14, 16]],
  [/^(6011|64[4-9]|65)/, [16, 19]],
  [/^35(2[89]|[3-8])/, [16]],
  [/^62/, [16, 17, 18, 19]],
];

function isCard(found: string): boolean {
  const digits = digitsOf(found);
  const isOfScheme = CARD_SCHEMES.some(
    ([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length),
  );
  return isOfScheme && !/^(\d)\1+$/.test(digits) && passesLuhn(digits);
}

/** A number with country code, or one of the United States in its usual form. */
function isPhone(found: string): boolean {
  const trimmed = found.trim();
  const phone = phones.get().parsePhoneNumberFromString(trimmed, trimmed.startsWith('+') ? undefined : 'US');
  return phone?.isValid() ?? false;
}

/** The words behind an IBAN may have its shape too, so as much is taken as its country's have. */
function lengthOfIban(found: string): number | false {
  const { isValidIBAN, getCountrySpecifications } = ibans.get();
  const wanted = getCountrySpecifications()[found.slice(0, 2).toUpperCase()]?.chars ?? 0;
  let [taken, at] = ['', 0];
  for (; at < found.length && taken.length < wanted; at++) if (/\w/.test(found[at]!)) taken += found[at];
  const isWhole = at === found.length || !/\w/.test(found[at]!);
  return taken.length === wanted && isWhole && isValidIBAN(taken.toUpperCase()) && at;
}

/** Areas that the Social Security Administration never issued are none. */
function isSsn(found: string): boolean {
  const [area, group, serial] = found.split(/[ -]/) as [string, string, string];
  return area !== '000' && area !== '666' && area < '900' && group !== '00' && serial !== '0000';
}

function isIpAddress(found: string): boolean {
  if (!found.includes(':'))
    return found.split('.').every((part) => Number(part) <= 255 && !/^0\d/.test(part));
  const groups = found.split('::');
  const count = groups.flatMap((side) => side.split(':').filter(Boolean)).length;
  return groups.length === 1 ? count === 8 : groups.length === 2 && count > 0 && count < 8;
}

/** A key has letters and digits mixed: `sk-` before a word of prose is none. */
function isRandom(found: string): boolean {
  const body = found.replace(/^[a-z]+[-_]([a-z]+[-_])*/i, '');
  return new Set(body).size >= 8 && /\d/.test(found) && /[A-Za-z]/.test(found);
}

function isJwt(found: string): boolean {
  const head = found.slice(0, found.indexOf('.'));
  // `{"` in base64url; a header names its algorithm or type first, or nearly so.
  return head.startsWith('eyJ') && head.length >= 16;
}

export const PII_RULES: Readonly<Record<PiiKind, PiiRule>> = {
  email: { shape: /(?<![\w.%+-])[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/g },
  phone: {
    shape: /(?<![\w.+-])(?:\+\d|\(\d{3}\)|\d{3}[ .-]\d{3}[ .-])[\d ().-]{3,18}\d(?![\w-])/g,
    isReal: isPhone,
  },
  'credit-card': { shape: /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g, isReal: isCard },
  iban: { shape: /(?<!\w)[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?!\w)/g, isReal: lengthOfIban },
  'us-ssn': { shape: /(?<![\w-])\d{3}([ -])\d{2}\1\d{4}(?![\w-])/g, isReal: isSsn },
  ip: {
    shape: /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)/g,
    isReal: isIpAddress,
    // `1.2.3.4` may be a version.
    near: /\b(?:ip|ipv[46]|address|host|server|client|from|subnet|ping)\b|:/i,
  },
  'api-key': {
    shape:
      /(?<![\w-])(?:sk-(?:proj-|ant-)?[\w-]{20,200}|(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}|glpat-[\w-]{20,64}|xox[abprs]-[A-Za-z0-9-]{10,200}|AIza[\w-]{35}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,128}|SG\.[\w-]{16,64}\.[\w-]{16,64}|npm_[A-Za-z0-9]{36})(?![\w-])/g,
    isReal: isRandom,
  },
  jwt: { shape: /(?<![\w-])eyJ[\w-]{10,4000}\.[\w-]{10,16000}\.[\w-]{0,4000}(?![\w-])/g, isReal: isJwt },
};
