import { Button, Modal, Select, TextInput } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import type { ApiKeyView, CreateApiKeyRequest, CreatedApiKey } from '@rehearse/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api } from '../../api/index.js';
import { announce } from '../../ui/announcements.js';
import { CopyButton } from '../../ui/CopyButton.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Panel } from '../../ui/Panel.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import table from '../../ui/table.module.css';
import classes from './KeysPage.module.css';
import { useCan } from './useSession.js';

const KEYS = ['api-keys'];
const DAY_MS = 86_400_000;
const LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'Until it is revoked' },
];

export function KeysPage() {
  const mayAdminister = useCan('administer');
  const [dialog, setDialog] = useState<'create' | ApiKeyView | null>(null);
  const keys = useQuery({ queryKey: KEYS, queryFn: () => api.get<{ items: ApiKeyView[] }>('/api-keys') });
  const create = (
    <Button
      leftSection={<IconPlus size={15} />}
      onClick={() => setDialog('create')}
      disabled={!mayAdminister}
    >
      New key
    </Button>
  );
  return (
    <>
      <PageHeader title="API keys" actions={create}>
        <p className={table.muted}>
          For machines: <code>Authorization: Bearer rh_…</code>{' '}
          {!mayAdminister && 'Only an Admin makes and revokes them.'}
        </p>
      </PageHeader>
      {keys.error && <ErrorPanel error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Loading />}
      {keys.data?.items.length === 0 && (
        <Panel>
          <EmptyState icon={IconKey} title="No API key yet" action={create}>
            A key lets CI and scripts upload graphs and start runs without a person signing in.
          </EmptyState>
        </Panel>
      )}
      {keys.data && keys.data.items.length > 0 && (
        <Panel flush>
          <KeyTable items={keys.data.items} {...(mayAdminister && { onRevoke: setDialog })} />
        </Panel>
      )}
      <CreateDialog isOpen={dialog === 'create'} onClose={() => setDialog(null)} />
      <RevokeDialog apiKey={typeof dialog === 'object' ? dialog : null} onClose={() => setDialog(null)} />
    </>
  );
}

function KeyTable({ items, onRevoke }: { items: ApiKeyView[]; onRevoke?: (key: ApiKeyView) => void }) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>Name</th>
            <th>Begins with</th>
            <th className={table.wide}>Scopes</th>
            <th className={table.wide}>Made</th>
            <th>Last used</th>
            <th className={table.wide}>Ends</th>
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((key) => (
            <tr key={key.id}>
              <td className={table.id}>{key.name}</td>
              <td>
                <code>{key.prefix}…</code>
              </td>
              <td className={table.wide}>{key.scopes.join(', ')}</td>
              <td className={table.wide}>
                <RelativeTime at={key.createdAt} />
              </td>
              <td>{key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : 'never'}</td>
              <td className={table.wide}>{key.expiresAt ? <RelativeTime at={key.expiresAt} /> : 'never'}</td>
              <td className={table.end}>
                {onRevoke && (
                  <Button variant="default" onClick={() => onRevoke(key)} aria-label={`Revoke ${key.name}`}>
                    Revoke
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CreateDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: (request: CreateApiKeyRequest) => api.post<CreatedApiKey>('/api-keys', request),
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS }),
  });
  const close = () => {
    onClose();
    create.reset();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get('days'));
    create.mutate({
      name: String(form.get('name')),
      ...(days > 0 && { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
    });
  };
  return (
    <Modal opened={isOpen} onClose={close} title={create.data ? 'Copy the key now' : 'New API key'}>
      {create.data ? (
        <div className={classes.form}>
          <p>This is the only time that it is shown. We keep no copy of it.</p>
          <div className={classes.secret}>
            <code>{create.data.key}</code>
            <CopyButton value={create.data.key ?? ''} label="Copy the key" />
          </div>
          <Button onClick={close}>I have copied it</Button>
        </div>
      ) : (
        <form className={classes.form} onSubmit={submit}>
          {create.error && <ErrorPanel error={create.error} />}
          <TextInput name="name" label="Name" placeholder="ci-main" required maxLength={200} data-autofocus />
          <Select name="days" label="Ends after" data={LIVES} defaultValue="90" allowDeselect={false} />
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </form>
      )}
    </Modal>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKeyView | null; onClose: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: (key: ApiKeyView) => api.delete(`/api-keys/${key.id}`),
    onSuccess: async (_, key) => {
      await client.invalidateQueries({ queryKey: KEYS });
      announce(`${key.name} is revoked`, 'good');
      onClose();
    },
  });
  return (
    <Modal opened={apiKey !== null} onClose={onClose} title="Revoke the key?">
      {apiKey && (
        <div className={classes.form}>
          {revoke.error && <ErrorPanel error={revoke.error} />}
          <p>
            Whatever uses <strong>{apiKey.name}</strong> (<code>{apiKey.prefix}…</code>) is refused from now
            on. This cannot be undone.
          </p>
          <div className={classes.row}>
            <Button variant="default" onClick={onClose}>
              Keep it
            </Button>
            <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate(apiKey)}>
              Revoke
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
