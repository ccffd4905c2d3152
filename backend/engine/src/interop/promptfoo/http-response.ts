import type { Json } from '@rehearse/contracts';

/** Where the answer stands in the response, as CEL. */
type Content = { content: string; note?: string } | { why: string };

const PATH = /^json((?:\??\.[A-Za-z_]\w*|(?:\?\.)?\[(?:\d+|'[^'"\\]*'|"[^'"\\]*")\])*)$/;
/** `(json, text) => …`, `({ json }) => …` is none of promptfoo's. */
const ARROW = /^\(?\s*json\s*(?:,\s*text\s*)?(?:,\s*context\s*)?\)?\s*=>\s*([^{][^]*)$/;
const OUTPUT = /^\(?\s*\{\s*output\s*:\s*([^,{}]+?)\s*,?\s*\}\s*\)?$/;

const PROGRAM = 'where the answer stands in the response is a program';
const RAW =
  '`text` is the response as it came in promptfoo; here it has to be JSON, and its canonical text is taken';

/** What a transform gives as far as it is a path, or the first of several that has something; of a program nothing is known. */
export function readResponse(transform: Json | undefined): Content {
  // Without one, promptfoo takes the whole response.
  if (transform === undefined || transform === null) return { content: 'response' };
  if (typeof transform !== 'string') return { why: PROGRAM };
  if (transform.startsWith('file://')) return { why: `${PROGRAM} (${transform.slice('file://'.length)})` };
  const written = transform.trim().replace(/;$/, '');
  const body = (ARROW.exec(written)?.[1] ?? written).trim();
  const places = (OUTPUT.exec(body)?.[1] ?? body).split(/\s*(\|\||\?\?)\s*/);
  const paths = places.filter((_, index) => index % 2 === 0).map(stepsOf);
  if (!paths.every((path) => path !== undefined)) return { why: PROGRAM };
  const isEmptyPassed = places.includes('||');
  const content = paths.reduceRight(
    (rest: string, path) =>
      rest === '' ? plain(path) : `${given(path, isEmptyPassed)} ? ${plain(path)} : ${rest}`,
    '',
  );
  return { content, ...(places.includes('text') && { note: RAW }) };
}

/** The steps of `json.a[0]`, each as CEL has it; `text` is the response itself. */
function stepsOf(path: string): string[] | undefined {
  if (path === 'text') return [];
  const steps = PATH.exec(path)?.[1];
  return steps?.match(/\[[^\]]*\]|[A-Za-z_]\w*/g)?.map(stepText) ?? (steps === '' ? [] : undefined);
}

const stepText = (step: string): string => (step.startsWith('[') ? step.replaceAll("'", '"') : `.${step}`);

const plain = (steps: readonly string[]): string => `response${steps.join('')}`;

const given = (steps: readonly string[], isEmptyPassed: boolean): string => {
  if (steps.length === 0) return 'true';
  const value = `response${steps.map((step) => step.replace(/^([.[])/, (open) => (open === '.' ? '.?' : '[?'))).join('')}.orValue(null)`;
  return isEmptyPassed ? `!(${value} in [null, ""])` : `${value} != null`;
};
