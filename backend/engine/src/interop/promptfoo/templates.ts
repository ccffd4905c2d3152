import type { Json, JsonObject } from '@rehearse/contracts';
import { NAME_PATTERN } from '@rehearse/contracts';
import { canonicalJson } from '../../journal/canonical.js';
import type { At, Sources } from '../sources.js';
import { type Filter, tokenize, type Token } from './nunjucks.js';

/** Texts of promptfoo as templates of ours; remembers the variables that they name. */
export class Templates {
  /** The variables that were named, as they are called here. */
  readonly named = new Set<string>();
  readonly #names = new Map<string, string>();
  /** What is put into texts as it is. */
  readonly #printed: (readonly (string | number)[])[] = [];

  constructor(private readonly sources: Sources) {}

  /** What a variable is called here: as there, unless that is no name in an expression. */
  nameOf(variable: string, at: At): string {
    const known = this.#names.get(variable);
    if (known !== undefined) return known;
    const name = this.#free(variable);
    this.#names.set(variable, name);
    if (name !== variable) this.sources.changed(at, `the variable \`${variable}\` is called \`${name}\``);
    return name;
  }

  #free(variable: string): string {
    if (NAME_PATTERN.test(variable)) return variable;
    const plain = variable.replace(/\W+/g, '_').replace(/^(\d)/, '_$1').slice(0, 60) || '_';
    const taken = new Set(this.#names.values());
    let name = plain;
    for (let n = 2; taken.has(name); n++) name = `${plain}_${n}`;
    return name;
  }

  /**
   * The text as a template; undefined, and noted as lost, when it has parts without a counterpart. `others` are names
   * that stand for an expression instead of a variable.
   */
  convert(text: string, at: At, others: Readonly<Record<string, string>> = {}): string | undefined {
    const parts = tokenize(text).map((token) => this.#part(token, at, others));
    return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
  }

  /** The same for every text in a value. */
  convertAll(value: Json, at: At, others: Readonly<Record<string, string>> = {}): Json | undefined {
    if (typeof value === 'string') return this.convert(value, at, others);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(
      ([key, member]) => [key, this.convertAll(member, at, others)] as const,
    );
    if (members.some(([, member]) => member === undefined)) return undefined;
    return Array.isArray(value)
      ? members.map(([, member]) => member!)
      : (Object.fromEntries(members) as JsonObject);
  }

  /** Notes variables that are put into a text and are none; to be asked when all texts are converted. */
  notePrinted(vars: JsonObject, at: At): void {
    for (const path of this.#printed) {
      const value = valueAt(vars, path);
      if (typeof value !== 'object' || value === null) continue;
      const there = Array.isArray(value) ? 'its members with commas between them' : '`[object Object]`';
      this.sources.changed(at, `in a text \`${path.join('.')}\` is JSON here, and ${there} in promptfoo`);
    }
  }

  #part(token: Token, at: At, others: Readonly<Record<string, string>>): string | undefined {
    if ('text' in token) return token.text.replaceAll('{{', '{{ "{{" }}');
    if ('other' in token) {
      this.sources.lost(at, `\`${clipped(token.other)}\` has no counterpart in a template`);
      return undefined;
    }
    const [head, ...steps] = token.path;
    if (head === 'env' || head === '_conversation') {
      this.sources.lost(at, `the variable \`${head}\` of promptfoo has no counterpart`);
      return undefined;
    }
    const other = others[String(head)];
    const name = other === undefined ? this.nameOf(String(head), at) : '';
    if (other === undefined) this.named.add(name);
    if (token.filters.every(({ name: filter }) => filter === 'safe')) this.#printed.push([name, ...steps]);
    return this.#filtered({ from: other ?? `inputs.${name}`, steps, filters: token.filters }, at);
  }

  #filtered({ from, steps, filters }: Reference, at: At): string | undefined {
    let expression = from + steps.map(stepText).join('');
    for (const filter of filters) {
      const next = apply(filter, expression);
      if (next === undefined) {
        this.sources.lost(at, `the filter \`${filter.name}\` has no counterpart in a template`);
        return undefined;
      }
      if (filter.name === 'dump')
        this.sources.changed(at, '`dump` puts a text into quotes; here a text is put in without them');
      expression = next;
    }
    return `{{ ${expression} }}`;
  }
}

interface Reference {
  from: string;
  steps: readonly (string | number)[];
  filters: readonly Filter[];
}

const clipped = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const stepText = (step: string | number): string =>
  typeof step === 'string' && NAME_PATTERN.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;

/** The expression with a filter applied; undefined for a filter that CEL has nothing for. */
function apply({ name, args: [first, second] }: Filter, on: string): string | undefined {
  switch (name) {
    case 'safe':
    case 'dump':
      return on;
    case 'upper':
      return `${on}.upperAscii()`;
    case 'lower':
      return `${on}.lowerAscii()`;
    case 'trim':
      return `${on}.trim()`;
    case 'length':
      return `size(${on})`;
    case 'first':
      return `${on}[0]`;
    case 'last':
      return `${on}[size(${on}) - 1]`;
    case 'join':
      return `${on}.join(${JSON.stringify(String(first ?? ''))})`;
    case 'replace':
      return first === undefined || second === undefined
        ? undefined
        : `${on}.replace(${JSON.stringify(String(first))}, ${JSON.stringify(String(second))})`;
    default:
      return undefined;
  }
}

/**
 * A value of a variable with the other variables put in that it names, as promptfoo renders values before the prompt.
 * Undefined when it holds more than plain references; what is not known stays as it is written.
 */
export function renderValue(text: string, vars: JsonObject, depth = 0): string | undefined {
  if (!/\{[{%#]/.test(text)) return text;
  const tokens = tokenize(text);
  if (tokens.some((token) => 'other' in token || ('filters' in token && token.filters.length > 0)))
    return undefined;
  if (depth > 8 || tokens.some((token) => 'path' in token && valueAt(vars, token.path) === undefined))
    return text;
  const parts = tokens.map((token) => {
    if (!('path' in token)) return 'text' in token ? token.text : '';
    const value = valueAt(vars, token.path)!;
    return typeof value === 'string' ? renderValue(value, vars, depth + 1) : canonicalJson(value);
  });
  return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}

function valueAt(vars: JsonObject, path: readonly (string | number)[]): Json | undefined {
  let value: Json | undefined = vars;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as JsonObject)[step];
  }
  return value;
}
