import type { Diagnostic, GenerateAnswer, GraphDocument } from '@rehearse/contracts';
import { compileGraph, printGraph } from '../graph/index.js';

/** A document as YAML, with what upload would say of it and what the builder has to say beside that. */
export function generated(document: GraphDocument, told: readonly Diagnostic[] = []): GenerateAnswer {
  const yaml = printGraph(document);
  return { name: document.name, yaml, diagnostics: [...told, ...compileGraph(yaml).diagnostics] };
}

/** A finding about what was given to the builder, which has a path and no line. */
export const toldOf = (finding: Pick<Diagnostic, 'code' | 'severity' | 'message' | 'path'>): Diagnostic => ({
  ...finding,
  ...{ line: 1, column: 1, endLine: 1, endColumn: 1 },
});

/** A text in which nothing is a template. */
export const literal = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');
