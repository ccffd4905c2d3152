-- The experiment that others of its graph are compared with, by a name.
create table baseline (
  tenant_id uuid not null,
  graph_id uuid not null,
  name text not null constraint baseline_name_is_slug check (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  experiment_id uuid not null,
  pinned_by uuid,
  pinned_at timestamptz(3) not null default now(),
  primary key (tenant_id, graph_id, name),
  foreign key (tenant_id, graph_id) references graph (tenant_id, id) on delete cascade,
  foreign key (tenant_id, experiment_id) references experiment (tenant_id, id)
);
create index baseline_tenant_id_experiment_id_idx on baseline (tenant_id, experiment_id);

alter table baseline enable row level security;
alter table baseline force row level security;
create policy tenant_only on baseline
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
-- Retention keeps the runs of what is pinned.
create policy every_tenant on baseline for select to rehearse_worker using (true);
grant select on baseline to rehearse_worker;
grant select, insert, update (experiment_id, pinned_by, pinned_at) on baseline to rehearse_app;
