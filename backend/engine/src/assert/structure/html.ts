import type { DefaultTreeAdapterMap, DefaultTreeAdapterTypes, Token } from 'parse5';
import { lazily } from '../library.js';
import { onText } from '../output-text.js';
import type { CompileRule, Finding } from '../rule.js';
import { badValue, excerpt, quote } from '../rule.js';

const parsing = lazily('parse5', async () => {
  const { Parser } = await import('parse5');
  /** Keeps the names of the tags of HTML: not what looks like one in a comment or a script, nor what a drawing or formula has. */
  return class extends Parser<DefaultTreeAdapterMap> {
    readonly tags: string[] = [];
    override onStartTag(token: Token.TagToken): void {
      if (!this.currentNotInHTML) this.tags.push(token.tagName);
      super.onStartTag(token);
    }
    override onEndTag(token: Token.TagToken): void {
      if (!this.currentNotInHTML) this.tags.push(token.tagName);
      super.onEndTag(token);
    }
  };
});

const ELEMENTS = new Set(
  (
    'a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code col ' +
    'colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 h3 ' +
    'h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark math menu meta ' +
    'meter nav noscript object ol optgroup option output p picture pre progress q rp rt ruby s samp script search section ' +
    'select slot small source span strong style sub summary sup svg table tbody td template textarea tfoot th thead time ' +
    'title tr track u ul var video wbr'
  ).split(' '),
);

/** Larger texts take the parser of a browser too long. */
const MOST_TEXT = 2_000_000;
/** Deeply nested elements make that parser slow. */
const MOST_TAGS = 20_000;

const TAG = /<\/?([A-Za-z][A-Za-z0-9]{0,20})(?=[\s/>])/g;
const DOCTYPE = /^<!doctype html/i;

const containsHtml: CompileRule = (spec) => {
  noValue(spec.value);
  return {
    evaluate: onText((text) =>
      htmlFinding(text, { verb: 'contain', problem: hasElement(text) ? null : 'no element of HTML' }),
    ),
  };
};

/** An element of HTML as a whole tag; `a < b`, `<placeholder>` and an address in angle brackets are none. */
function hasElement(text: string): boolean {
  for (const match of text.matchAll(TAG)) {
    const end = text.indexOf('>', match.index);
    if (end < 0) return false;
    if (ELEMENTS.has(match[1]!.toLowerCase())) return true;
  }
  return false;
}

/**
 * A document or fragment of HTML and nothing else: no text beside its elements, only elements of HTML, and each that needs a
 * closing tag has it. The parser is that of browsers, which mends what it can.
 */
const isHtml: CompileRule = (spec) => {
  noValue(spec.value);
  return {
    prepare: parsing.load,
    evaluate: onText((text) => {
      const trimmed = text.trim();
      if (trimmed.length > MOST_TEXT || (trimmed.match(TAG)?.length ?? 0) > MOST_TAGS)
        return { unknown: 'the text is too large to be read as HTML' };
      return htmlFinding(text, { verb: 'be', problem: problemOf(trimmed) });
    }),
  };
};

function problemOf(text: string): string | null {
  if (!/^<[a-z!]/i.test(text)) return 'it does not begin with a tag';
  const isDocument = DOCTYPE.test(text) || /^<(html|head|body)[\s>]/i.test(text);
  const { root, tags } = parsed(text, isDocument);
  if (!tags.some((name) => ELEMENTS.has(name))) return 'no element of HTML';
  if (!tags.every(isOfHtml)) return 'elements that HTML does not have';
  if (!isDocument && root.childNodes.some(isBareText)) return 'text beside the elements';
  return mended(root.childNodes);
}

function parsed(text: string, isDocument: boolean) {
  const Parser = parsing.get();
  const options = { sourceCodeLocationInfo: true };
  const parser = isDocument
    ? new Parser(options)
    : (Parser.getFragmentParser(null, options) as InstanceType<typeof Parser>);
  parser.tokenizer.write(text, true);
  return { root: isDocument ? parser.document : parser.getFragment(), tags: parser.tags };
}

/** With a hyphen it is an element that a page defines for itself. */
const isOfHtml = (name: string): boolean => ELEMENTS.has(name) || name.includes('-');

const isBareText = (node: DefaultTreeAdapterTypes.ChildNode): boolean =>
  node.nodeName === '#text' && 'value' in node && node.value.trim() !== '';

/** What the parser had to add, where the standard does not let one leave it out. */
function mended(nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): string | null {
  const left = [...nodes];
  for (let node = left.pop(); node; node = left.pop()) {
    if (!('tagName' in node)) continue;
    const { tagName, sourceCodeLocation: place } = node;
    const isWhole = !!place?.endTag || MAY_STAY_OPEN.has(tagName) || !node.namespaceURI.endsWith('xhtml');
    if (place?.startTag && !isWhole) return `<${tagName}> is not closed`;
    if (!place?.startTag && !MAY_BE_IMPLIED.has(tagName)) return `</${tagName}> closes nothing`;
    left.push(...node.childNodes);
  }
  return null;
}

const MAY_BE_IMPLIED = new Set(['html', 'head', 'body', 'tbody', 'colgroup', 'tr']);
const MAY_STAY_OPEN = new Set(
  (
    'area base br col embed hr img input link meta source track wbr ' +
    'html head body li dt dd p rt rp optgroup option colgroup caption thead tbody tfoot tr td th'
  ).split(' '),
);

function noValue(value: unknown): void {
  if (value !== undefined && value !== null) badValue('takes no value');
}

const htmlFinding = (text: string, { verb, problem }: { verb: string; problem: string | null }): Finding => ({
  holds: problem === null,
  claim: [verb === 'be' ? 'the output' : 'the text', `${verb} HTML`],
  got: problem === null ? quote(text) : `${problem} in ${quote(text)}`,
  evidence: { expected: 'HTML', actual: excerpt(text) },
});

/** HTML in the output. */
export const HTML_RULES: Readonly<Record<string, CompileRule>> = {
  'is-html': isHtml,
  'contains-html': containsHtml,
};
