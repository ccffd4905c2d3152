import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState, type Ref } from 'react';

const PAUSE_MS = 250;

interface SearchFieldProps {
  value: string;
  onSearch: (text: string) => void;
  label: string;
  placeholder: string;
  inputRef?: Ref<HTMLInputElement>;
  className?: string | undefined;
}

/** A search box that speaks when the typing pauses; the value it is given wins when it changes from outside. */
export function SearchField({ value, onSearch, label, placeholder, inputRef, className }: SearchFieldProps) {
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (seen !== value) {
    setSeen(value);
    // Our own words coming back must not overwrite what was typed since.
    if (value !== sent) setDraft(value);
  }
  useEffect(() => {
    // What was set from outside also calls off what was typed and not yet sent.
    if (value !== sent) clearTimeout(timer.current);
  }, [value, sent]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (text: string) => {
    setSent(text);
    onSearch(text);
  };
  const change = (text: string) => {
    setDraft(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(text), PAUSE_MS);
  };
  return (
    <TextInput
      type="search"
      size="xs"
      aria-label={label}
      placeholder={placeholder}
      value={draft}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          clearTimeout(timer.current);
          send(draft);
        }
      }}
      leftSection={<IconSearch size={14} />}
      {...(inputRef && { ref: inputRef })}
      {...(className && { className })}
    />
  );
}
