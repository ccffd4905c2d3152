import type { DOCUMENT_KINDS } from '@rehearse/contracts';

type OtherKind = Exclude<(typeof DOCUMENT_KINDS)[number], 'Graph'>;

const USES: Readonly<Record<OtherKind, { message: string; suggestion: string }>> = {
  Persona: {
    message: 'this is a persona, not a graph',
    suggestion: 'name it under `persona` of a conversation, or `role` of an agent, in a graph beside it',
  },
  Suite: {
    message: 'this is a suite, not a graph',
    suggestion: 'run it with `rehearse run`, which runs the graphs that it names',
  },
  GuardPolicy: {
    message: 'this is a guard policy, not a graph',
    suggestion: 'a policy decides on a release: give it to the release guard',
  },
};

/** Why a document of this kind is not compiled as a graph; undefined for a graph and for what is no kind at all. */
export const whyNoGraph = (kind: unknown): { message: string; suggestion: string } | undefined =>
  typeof kind === 'string' && Object.hasOwn(USES, kind) ? USES[kind as OtherKind] : undefined;
