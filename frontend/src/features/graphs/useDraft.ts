import { useState } from 'react';
import { announce } from '../../ui/announcements.js';
import { useSession } from '../access/index.js';
import { Drafts, type Draft } from './drafts.js';

const drafts = new Drafts(localStorage);

interface Written {
  graph: string | null;
  version?: number;
  /** What is there without a draft. */
  saved: string;
}

export interface DraftText {
  source: string;
  /** The draft that the page was opened with, until it is discarded or saved. */
  restored: Draft | null;
  write: (text: string) => void;
  /** Back to what is saved. */
  discard: () => void;
  /** It is saved now. */
  forget: () => void;
}

/** A text that is kept while it is written, and is there again after the page was left. */
export function useDraft({ graph, version, saved }: Written): DraftText {
  const place = { person: usePerson(), graph };
  const [restored, setRestored] = useState(() => drafts.read(place));
  const [source, setSource] = useState(restored?.text ?? saved);
  const forget = () => {
    drafts.forget(place);
    setRestored(null);
  };
  return {
    source,
    restored,
    forget,
    write: (text) => {
      setSource(text);
      if (text === saved) return forget();
      const base = restored?.version ?? version;
      const draft = { text, at: new Date().toISOString(), ...(base !== undefined && { version: base }) };
      if (!drafts.keep(place, draft)) announce('This browser has no room to keep the draft', 'bad');
    },
    discard: () => {
      forget();
      setSource(saved);
    },
  };
}

export const useHasDraft = (graph: string): boolean => drafts.read({ person: usePerson(), graph }) !== null;

function usePerson(): string {
  const session = useSession();
  return session.status === 'signed-in' ? session.user.id : '';
}
