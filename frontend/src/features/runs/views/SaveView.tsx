import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { announce } from '../../../ui/announcements.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { useCan } from '../../access/index.js';
import type { RunsSearch } from '../search.js';
import { saveView, viewsQuery } from './queries.js';
import classes from './SavedViews.module.css';
import { filterWords } from './view-filters.js';

/** Gives the filters of the address a name. */
export function SaveView({ filters }: { filters: RunsSearch }) {
  const client = useQueryClient();
  const mayShare = useCan('write');
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: () => saveView({ name: name.trim(), filters, shared }),
    onSuccess: async ({ view }) => {
      await client.invalidateQueries({ queryKey: viewsQuery().queryKey });
      announce(`Saved as ${view.name}`, 'good');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') save.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label="Save this view">
      <TextInput
        size="xs"
        label="Save what is shown as"
        description={filterWords(filters)}
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      {mayShare && (
        <Checkbox
          size="xs"
          label="Everybody of the tenant sees it"
          checked={shared}
          onChange={({ currentTarget }) => setShared(currentTarget.checked)}
        />
      )}
      {save.error && <ErrorPanel error={save.error} />}
      <Button type="submit" disabled={name.trim() === ''} loading={save.isPending}>
        Save the view
      </Button>
    </form>
  );
}
