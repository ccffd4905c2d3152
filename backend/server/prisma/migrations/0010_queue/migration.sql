-- Queued runs are the queue. `wake_at` of a queued one: it must not begin before.
alter table run add column priority smallint not null default 0;

-- By group (an experiment, or the tenant for runs outside of any), in the order in which its runs go.
create index run_queue_idx on run (tenant_id, (coalesce(experiment_id, tenant_id)), priority desc, created_at, id)
  where status = 'queued' and wake_at is null;

-- When a run of a group was last begun, so that groups of equal standing go in turn. One that is missing goes first.
create table run_turn (
  tenant_id uuid not null references tenant (tenant_id) on delete cascade,
  group_id uuid not null,
  served_at timestamptz not null,
  primary key (tenant_id, group_id)
);
alter table run_turn enable row level security;
alter table run_turn force row level security;
create policy tenant_only on run_turn
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy every_tenant on run_turn to rehearse_worker using (true) with check (true);
grant select, insert, update, delete on run_turn to rehearse_worker;
