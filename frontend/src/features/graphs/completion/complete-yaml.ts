import {
  insertCompletionText,
  pickedCompletion,
  startCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { FormatSchema } from './json-schema.js';
import { suggestionsAt, type Suggestion } from './suggestions.js';
import { placesAt, type YamlPlace } from './yaml-place.js';

const WORD = /^[\w$./@:-]*$/;

/** Completes a graph by the schema of its format, once that is there. */
export const completeYaml =
  (format: () => FormatSchema | undefined) =>
  ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const schema = format();
    if (!schema) return null;
    const places = placesAt(state.doc.toString(), pos);
    const from = places[0]?.from;
    if (from === undefined || (from === pos && !explicit && !isBehindColon(state.sliceDoc(0, pos))))
      return null;
    const options = places.flatMap((place) =>
      suggestionsAt(schema, place).map((suggestion) => optionOf(suggestion, place)),
    );
    return options.length === 0 ? null : { from, options, validFor: WORD };
  };

/** Where a value is due, its choices are shown before a letter is typed. */
const isBehindColon = (before: string): boolean => /[\w$]: $/.test(before);

function optionOf(suggestion: Suggestion, place: YamlPlace): Completion {
  const { label, kind, detail, description, isRequired } = suggestion;
  return {
    label,
    ...(detail && { detail }),
    ...(description && { info: description }),
    boost: kind === 'name' || isRequired ? 1 : 0,
    apply: (view, completion, from, to) =>
      insert(view, { completion, from, to, ...written(suggestion, { place, from, view }) }),
  };
}

interface Written {
  text: string;
  /** How far before its end the cursor stands. */
  back: number;
}

/** A key with what begins its value, and the cursor where that is written. */
function written(
  { label, kind, opens }: Suggestion,
  { place, from, view }: { place: YamlPlace; from: number; view: EditorView },
): Written {
  if (kind !== 'key' || place.hasColon) return { text: label, back: 0 };
  if (opens === 'words' || (opens === 'list' && place.isFlow)) return { text: `${label}: []`, back: 1 };
  if (opens === 'mapping' && place.isFlow) return { text: `${label}: {}`, back: 1 };
  const indent = ' '.repeat(from - view.state.doc.lineAt(from).from + 2);
  if (opens === 'mapping') return { text: `${label}:\n${indent}`, back: 0 };
  return { text: opens === 'list' ? `${label}:\n${indent}- ` : `${label}: `, back: 0 };
}

interface Insertion extends Written {
  completion: Completion;
  from: number;
  to: number;
}

function insert(view: EditorView, { completion, from, to, text, back }: Insertion): void {
  view.dispatch({
    ...insertCompletionText(view.state, text, from, to),
    selection: { anchor: from + text.length - back },
    annotations: pickedCompletion.of(completion),
    scrollIntoView: true,
  });
  // What may stand in the value of a key is shown at once.
  if (text !== completion.label) startCompletion(view);
}
