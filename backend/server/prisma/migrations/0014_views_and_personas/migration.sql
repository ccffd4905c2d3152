-- Filters of the history of runs that somebody keeps under a name, for themselves or for everybody of the tenant.
create table history_view (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  name text not null,
  filters jsonb not null,
  shared boolean not null default false,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade
);
create unique index history_view_tenant_id_user_id_name_key on history_view (tenant_id, user_id, name);

alter table history_view enable row level security;
alter table history_view force row level security;
create policy tenant_only on history_view
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, delete on history_view to rehearse_app;

-- Personas that a tenant keeps: graphs and simulations name them. A graph holds the text that it was uploaded with, so the
-- newest is enough.
create table persona (
  tenant_id uuid not null references tenant (tenant_id),
  name text not null constraint persona_name_is_slug check (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  source text not null,
  -- As it stands in a graph: with the file read that its system prompt names.
  document jsonb not null,
  digest text not null,
  created_by uuid,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, name)
);

alter table persona enable row level security;
alter table persona force row level security;
create policy tenant_only on persona
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, update (source, document, digest, created_by, created_at) on persona to rehearse_app;
