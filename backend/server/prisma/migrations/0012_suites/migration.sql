-- What a run cost is not known where the price of one of its models is not.
alter table run alter column cost_usd drop not null;

-- Several graphs with shared settings. Each content of a name, with what its graphs are, is a version.
create table suite (
  tenant_id uuid not null references tenant (tenant_id),
  id uuid not null,
  name text not null,
  number integer not null constraint suite_number_from_1 check (number >= 1),
  digest text not null,
  source_digest text not null,
  source text not null,
  labels jsonb not null default '{}'::jsonb,
  description text,
  created_by uuid,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id)
);
create unique index suite_tenant_id_name_number_key on suite (tenant_id, name, number);
create unique index suite_tenant_id_name_source_digest_key on suite (tenant_id, name, source_digest);

-- A graph version with the settings of a suite in its text stands beside the one that was uploaded, under the same number:
-- `settings` is the digest of those settings, empty for what was uploaded.
alter table graph_version add column settings text not null default '';
drop index graph_version_tenant_id_graph_id_number_key;
drop index graph_version_tenant_id_graph_id_source_digest_key;
create unique index graph_version_tenant_id_graph_id_number_settings_key
  on graph_version (tenant_id, graph_id, number, settings);
create unique index graph_version_tenant_id_graph_id_source_digest_settings_key
  on graph_version (tenant_id, graph_id, source_digest, settings);

create table suite_graph (
  tenant_id uuid not null,
  suite_id uuid not null,
  position integer not null,
  graph_version_id uuid not null,
  primary key (tenant_id, suite_id, position),
  foreign key (tenant_id, suite_id) references suite (tenant_id, id) on delete cascade,
  foreign key (tenant_id, graph_version_id) references graph_version (tenant_id, id)
);
create index suite_graph_tenant_id_graph_version_id_idx on suite_graph (tenant_id, graph_version_id);

alter table experiment add column suite_id uuid;
alter table experiment add constraint experiment_tenant_id_suite_id_fkey
  foreign key (tenant_id, suite_id) references suite (tenant_id, id);
create index experiment_tenant_id_suite_id_idx on experiment (tenant_id, suite_id);

alter table suite enable row level security;
alter table suite force row level security;
create policy tenant_only on suite
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
alter table suite_graph enable row level security;
alter table suite_graph force row level security;
create policy tenant_only on suite_graph
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert on suite, suite_graph to rehearse_app;
