import type { Json, JsonObject } from '@rehearse/contracts';
import { type At, isMapping, type Sources } from '../sources.js';
import { type ChatMessage, chatOf } from './chat.js';
import { isPattern, refersToFile, resolve } from './file-paths.js';

/** A prompt as promptfoo has it; its texts are Nunjucks. */
export interface Prompt {
  /** What tests and providers call it. */
  label: string;
  /** What they call all prompts of its file, where that holds several. */
  group?: string;
  text?: string;
  messages?: ChatMessage[];
  at: At;
}

/** promptfoo asks with this when a config has no prompts. */
const DEFAULT_PROMPT = '{{prompt}}';

export function readPrompts(config: JsonObject, sources: Sources, folder: string): Prompt[] {
  const written = config['prompts'];
  if (written === undefined) return [{ label: 'prompt', text: DEFAULT_PROMPT, at: [config] }];
  const reader = new PromptReader(sources, folder);
  if (typeof written === 'string') return reader.entry(written, { at: [config, 'prompts'] });
  if (!isMapping(written) && !Array.isArray(written)) return [];
  // The older form is a mapping from the prompt to its label.
  if (isMapping(written))
    return Object.entries(written).flatMap(([prompt, label]) =>
      reader.entry(prompt, { at: [written, prompt], label: String(label) }),
    );
  return written.flatMap((entry, index) => reader.entry(entry, { at: [written, index] }));
}

interface Context {
  at: At;
  label?: string;
}

class PromptReader {
  constructor(
    private readonly sources: Sources,
    private readonly folder: string,
  ) {}

  entry(entry: Json, context: Context): Prompt[] {
    if (typeof entry === 'string') return this.#source(entry, context);
    if (!isMapping(entry)) return this.#lost(context, 'a prompt is a text or a mapping');
    const { id, raw, label, display, function: code, config, ...others } = entry;
    if (code !== undefined) return this.#lost(context, 'a prompt that is a function has no counterpart');
    if (config !== undefined) this.sources.lost([entry, 'config'], '`config` of a prompt has no counterpart');
    for (const key of Object.keys(others))
      this.sources.lost([entry, key], `\`${key}\` of a prompt is not known`);
    const named = label ?? display ?? (raw === undefined ? undefined : id);
    const source = raw ?? id;
    if (typeof source !== 'string') return this.#lost(context, 'the prompt has neither `raw` nor `id`');
    return this.#source(source, {
      ...context,
      ...(named !== undefined && named !== null && { label: String(named) }),
    });
  }

  #source(source: string, { at, label }: Context): Prompt[] {
    const scheme = /^(exec|langfuse|portkey|helicone|python|https?|package):/.exec(source)?.[1];
    if (scheme) return this.#lost({ at }, `a prompt of \`${scheme}:\` has no counterpart`);
    if (!refersToFile(source, FILE)) return this.#prompt(source, { at, label: label ?? clipped(source) });
    const file = resolve(this.folder, source);
    const found = isPattern(file) ? this.sources.find(file) : [file];
    if (found.length === 0) return this.#lost({ at }, `no file matches ${file}`);
    return found.flatMap((path) => this.#file(path, { at, ...(label !== undefined && { label }) }));
  }

  #file(file: string, { at, label }: Context): Prompt[] {
    const ending = /\.([a-z0-9]+)(:\w+)?$/i.exec(file)?.[1]?.toLowerCase() ?? '';
    if (!TEXT_FILE.test(ending))
      return this.#lost({ at }, `a prompt from ${file} has no counterpart: it is a program, or no text`);
    const text = this.sources.text(file, at);
    if (text === undefined) return [];
    const parts = partsOf(text, ending);
    const name = label ?? file;
    if (parts.length === 1) return this.#prompt(parts[0]!, { at, label: name });
    return parts.flatMap((part, index) =>
      this.#prompt(part, { at, label: `${name}-${index + 1}` }).map((one) => ({ ...one, group: name })),
    );
  }

  #prompt(source: string, { at, label }: { at: At; label: string }): Prompt[] {
    const chat = chatOf(source);
    if (chat === null) return [{ label, at, text: source }];
    return 'problem' in chat ? this.#lost({ at }, chat.problem) : [{ label, at, messages: chat.messages }];
  }

  #lost({ at }: Context, message: string): Prompt[] {
    this.sources.lost(at, message);
    return [];
  }
}

const FILE = /\.(txt|md|j2|json|jsonl|ya?ml|js|cjs|mjs|ts|py|sh)$/i;
const TEXT_FILE = /^(txt|md|j2|json|jsonl|ya?ml)$/;
const SEPARATOR = /^---\s*$/m;

/** A text file holds prompts with lines of `---` between them, JSON Lines one a line, any other file one. */
function partsOf(text: string, ending: string): string[] {
  const parts = ending === 'txt' ? text.split(SEPARATOR) : ending === 'jsonl' ? text.split('\n') : [text];
  const filled = parts.map((part) => part.trim()).filter((part) => part !== '');
  return filled.length > 0 ? filled : [''];
}

const clipped = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 40);
