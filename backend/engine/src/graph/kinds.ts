import { DOCUMENT_KINDS } from '@rehearse/contracts';
import { closestName } from '../expression/index.js';

type OtherKind = Exclude<(typeof DOCUMENT_KINDS)[number], 'Graph'>;

interface NoGraph {
  code: string;
  message: string;
  suggestion: string;
}

const other = (message: string, suggestion: string): NoGraph => ({
  code: 'graph/other-kind',
  message,
  suggestion,
});

const USES: Readonly<Record<OtherKind, NoGraph>> = {
  Persona: other(
    'this is a persona, not a graph',
    'name it under `persona` of a conversation, or `role` of an agent, in a graph beside it',
  ),
  Suite: other(
    'this is a suite, not a graph',
    'run it with `rehearse run`, which runs the graphs that it names',
  ),
  GuardPolicy: other(
    'this is a guard policy, not a graph',
    'a policy decides on a release: give it to the release guard',
  ),
};

/** Why a document of this kind is not compiled as a graph; undefined for a graph, also one whose kind is misspelt. */
export function whyNoGraph(kind: unknown): NoGraph | undefined {
  if (typeof kind !== 'string' || kind === 'Graph') return undefined;
  if (Object.hasOwn(USES, kind)) return USES[kind as OtherKind];
  const near = closestName(kind, DOCUMENT_KINDS);
  if (near === 'Graph') return undefined;
  return {
    code: 'graph/bad-value',
    message: `${JSON.stringify(kind.slice(0, 60))} is not a value of \`kind\``,
    suggestion: near === undefined ? `one of ${DOCUMENT_KINDS.join(', ')}` : `did you mean \`${near}\`?`,
  };
}
