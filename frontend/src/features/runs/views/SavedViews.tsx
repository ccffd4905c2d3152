import { ActionIcon, Button, Popover } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import type { HistoryView } from '@rehearse/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { announce } from '../../../ui/announcements.js';
import { ErrorPanel } from '../../../ui/ErrorPanel.js';
import { useCan } from '../../access/index.js';
import type { RunsSearch } from '../search.js';
import { deleteView, viewsQuery } from './queries.js';
import classes from './SavedViews.module.css';
import { SaveView } from './SaveView.js';
import { filterWords, isShown } from './view-filters.js';

/** The filters that somebody gave a name: own ones, and those that others share. */
export function SavedViews({ search }: { search: RunsSearch }) {
  const [isOpen, setOpen] = useState(false);
  const views = useQuery(viewsQuery());
  const items = views.data?.items ?? [];
  const current = items.find((view) => isShown(view, search));
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" trapFocus width={340}>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconBookmark size={14} />}
          onClick={() => setOpen(!isOpen)}
          aria-expanded={isOpen}
        >
          {current ? current.name : 'Views'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Saved views">
        {views.error && <ErrorPanel error={views.error} onRetry={() => void views.refetch()} />}
        {views.data && items.length === 0 && (
          <p className={classes.none}>No view yet. Filter the runs, and give what you see a name.</p>
        )}
        {items.length > 0 && (
          <ul className={classes.views} aria-label="Views">
            {items.map((view) => (
              <ViewRow key={view.id} view={view} isHere={view === current} onOpen={() => setOpen(false)} />
            ))}
          </ul>
        )}
        {current === undefined && <SaveView filters={search} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function ViewRow({ view, isHere, onOpen }: { view: HistoryView; isHere: boolean; onOpen: () => void }) {
  const client = useQueryClient();
  const isAdmin = useCan('administer');
  const remove = useMutation({
    mutationFn: () => deleteView(view.id),
    onSuccess: () => announce(`The view ${view.name} is gone`),
    onSettled: () => client.invalidateQueries({ queryKey: viewsQuery().queryKey }),
  });
  return (
    <li className={classes.view}>
      <Link
        to="/runs"
        search={view.filters}
        className={classes.link}
        aria-current={isHere ? 'true' : undefined}
        onClick={onOpen}
      >
        <strong>{view.name}</strong>
        <span className={classes.quiet}>
          {filterWords(view.filters)}
          {view.shared && (view.isOwn ? ' · shared' : ` · by ${view.createdBy.email}`)}
        </span>
      </Link>
      {(view.isOwn || isAdmin) && (
        <ActionIcon
          aria-label={`Delete the view ${view.name}`}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
        >
          <IconTrash size={15} />
        </ActionIcon>
      )}
      {remove.error && <ErrorPanel error={remove.error} />}
    </li>
  );
}
