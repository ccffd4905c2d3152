-- Every table carries its tenant in each key and each reference: the checks of foreign keys do not see row-level security,
-- so a reference without the tenant could point into another one.

create type user_role as enum ('Admin', 'Operator', 'Viewer', 'API');

create table tenant (
  tenant_id uuid primary key,
  name text not null,
  created_at timestamptz(3) not null default now()
);

create table app_user (
  tenant_id uuid not null references tenant (tenant_id),
  id uuid not null,
  email text not null constraint app_user_email_is_lower_case check (email = lower(email)),
  name text not null,
  password_hash text,
  role user_role not null,
  is_owner boolean not null default false,
  disabled_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id)
);
-- The one key without a tenant: an e-mail address finds its tenant at login, so it is unique over the installation.
create unique index app_user_email_key on app_user (email);

create table refresh_token (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  family_id uuid not null,
  token_hash text not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade
);
create unique index refresh_token_tenant_id_token_hash_key on refresh_token (tenant_id, token_hash);
create index refresh_token_token_hash_idx on refresh_token (token_hash);
create index refresh_token_tenant_id_family_id_idx on refresh_token (tenant_id, family_id);
create index refresh_token_tenant_id_user_id_idx on refresh_token (tenant_id, user_id);

create table sign_in_link (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  token_hash text not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references app_user (tenant_id, id) on delete cascade
);
create unique index sign_in_link_tenant_id_token_hash_key on sign_in_link (tenant_id, token_hash);
create index sign_in_link_token_hash_idx on sign_in_link (token_hash);
create index sign_in_link_tenant_id_user_id_idx on sign_in_link (tenant_id, user_id);

create table api_key (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  role user_role not null,
  scopes text[] not null default '{}',
  hash text not null,
  prefix text not null,
  created_by uuid,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references app_user (tenant_id, id)
);
create index api_key_id_idx on api_key (id);
create index api_key_tenant_id_created_by_idx on api_key (tenant_id, created_by);

create table graph (
  tenant_id uuid not null references tenant (tenant_id),
  id uuid not null,
  name text not null,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id)
);
create unique index graph_tenant_id_name_key on graph (tenant_id, name);

create table graph_version (
  tenant_id uuid not null,
  id uuid not null,
  graph_id uuid not null,
  number integer not null constraint graph_version_number_from_1 check (number >= 1),
  digest text not null,
  source_digest text not null,
  source text not null,
  labels jsonb not null default '{}',
  description text,
  diagnostics jsonb not null default '[]',
  outline json not null default '{}',
  created_by uuid,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, graph_id) references graph (tenant_id, id) on delete cascade
);
create unique index graph_version_tenant_id_graph_id_number_key on graph_version (tenant_id, graph_id, number);
create unique index graph_version_tenant_id_graph_id_source_digest_key on graph_version (tenant_id, graph_id, source_digest);

create table experiment (
  tenant_id uuid not null,
  id uuid not null,
  graph_version_id uuid not null,
  label text not null,
  kind text not null constraint experiment_kind_is_known check (kind in ('execution', 'import')),
  status text not null constraint experiment_status_is_known check (status in ('running', 'finished')),
  params jsonb not null default '{}',
  import_key text,
  concurrency integer not null default 1 constraint experiment_concurrency_from_1 check (concurrency >= 1),
  created_by uuid,
  created_at timestamptz(3) not null default now(),
  finished_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, graph_version_id) references graph_version (tenant_id, id)
);
create unique index experiment_tenant_id_import_key_key on experiment (tenant_id, import_key);
create index experiment_tenant_id_created_at_id_idx on experiment (tenant_id, created_at desc, id desc);
create index experiment_tenant_id_graph_version_id_idx on experiment (tenant_id, graph_version_id);
create index experiment_status_idx on experiment (status);

create table run (
  tenant_id uuid not null,
  id uuid not null,
  graph_version_id uuid not null,
  experiment_id uuid,
  parent_run_id uuid,
  parent_seq integer,
  case_id text,
  repeat integer not null default 0,
  seed bigint not null,
  vars json not null,
  chaos text,
  live boolean not null default false,
  offline boolean not null default false,
  options jsonb not null default '{}',
  status text not null constraint run_status_is_known
    check (status in ('queued', 'running', 'paused', 'waiting', 'finished', 'canceled')),
  verdict text constraint run_verdict_is_known check (verdict in ('passed', 'failed', 'inconclusive', 'errored')),
  output json,
  reason json,
  summary json,
  error json,
  digest text,
  verdict_digest text,
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  cost_usd double precision not null default 0,
  duration_ms double precision,
  epoch integer not null default 0,
  max_seq integer not null default 0,
  created_by uuid,
  created_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, graph_version_id) references graph_version (tenant_id, id),
  foreign key (tenant_id, experiment_id) references experiment (tenant_id, id),
  foreign key (tenant_id, parent_run_id) references run (tenant_id, id)
);
create index run_tenant_id_created_at_id_idx on run (tenant_id, created_at desc, id desc);
create index run_tenant_id_graph_version_id_created_at_id_idx on run (tenant_id, graph_version_id, created_at desc, id desc);
create index run_tenant_id_experiment_id_case_id_repeat_idx on run (tenant_id, experiment_id, case_id, repeat);
create index run_tenant_id_status_created_at_id_idx on run (tenant_id, status, created_at desc, id desc);
create index run_tenant_id_verdict_created_at_id_idx on run (tenant_id, verdict, created_at desc, id desc);
create index run_tenant_id_parent_run_id_idx on run (tenant_id, parent_run_id);
-- The worker looks for runs that a dead process left behind, over all tenants; those are few at any time.
create index run_unfinished_idx on run (status, created_at) where status in ('queued', 'running');

-- `data` is json, not jsonb: the text is kept as it was written, and the digests are over that text.
create table run_event (
  tenant_id uuid not null,
  run_id uuid not null,
  seq integer not null constraint run_event_seq_from_1 check (seq >= 1),
  lane text not null,
  key text not null,
  type text not null,
  attempt integer not null constraint run_event_attempt_from_1 check (attempt >= 1),
  in_digest text,
  data json not null,
  at timestamptz(3) not null,
  epoch integer not null,
  prev text not null,
  digest text not null,
  v integer not null default 1,
  primary key (tenant_id, run_id, seq),
  foreign key (tenant_id, run_id) references run (tenant_id, id) on delete cascade
);
create unique index run_event_tenant_id_run_id_key_type_attempt_key on run_event (tenant_id, run_id, key, type, attempt);

create table idempotency_key (
  tenant_id uuid not null references tenant (tenant_id),
  principal text not null,
  key text not null,
  route text not null,
  request_hash text not null,
  status integer,
  body json,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, principal, key)
);
create index idempotency_key_created_at_idx on idempotency_key (created_at);

-- Row-level security: no tenant set, no row. After a commit the setting is '' and not null, hence nullif; the sub-select
-- makes it one look-up for each statement instead of one for each row. `force` binds the owner of the tables too.
do $$
declare
  name text;
begin
  foreach name in array array['tenant', 'app_user', 'refresh_token', 'sign_in_link', 'api_key', 'graph', 'graph_version',
                              'experiment', 'run', 'run_event', 'idempotency_key'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant_only on %I
         using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
         with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', name);
  end loop;
end
$$;

-- The journal writer commits events of many tenants at once, and the dispatcher looks for runs of all: a policy of its own
-- for exactly the tables that they touch.
create policy every_tenant on graph_version for select to rehearse_worker using (true);
create policy every_tenant on experiment to rehearse_worker using (true) with check (true);
create policy every_tenant on run to rehearse_worker using (true) with check (true);
create policy every_tenant on run_event to rehearse_worker using (true) with check (true);
grant select on graph_version to rehearse_worker;
grant select, update on experiment to rehearse_worker;
grant select, update on run to rehearse_worker;
grant select, insert on run_event to rehearse_worker;

grant select, insert, update on tenant, app_user, refresh_token, sign_in_link, api_key, graph, graph_version, experiment, run
  to rehearse_app;
grant delete on refresh_token, sign_in_link, graph, graph_version, experiment, run to rehearse_app;
grant select, insert, update, delete on idempotency_key to rehearse_app;
-- The journal is append-only; the erasure of a run takes its payloads and leaves its digests.
grant select, insert, update (data) on run_event to rehearse_app;

-- Before a tenant is known: look-ups, each by something that only its holder knows or that is random. They run as
-- rehearse_lookup, which can read these columns and nothing else, so they work for an owner that is no superuser too.
create policy look_up on tenant for select to rehearse_lookup using (true);
create policy look_up on app_user for select to rehearse_lookup using (true);
create policy look_up on refresh_token for select to rehearse_lookup using (true);
create policy look_up on sign_in_link for select to rehearse_lookup using (true);
create policy look_up on api_key for select to rehearse_lookup using (true);
grant select (tenant_id) on tenant to rehearse_lookup;
grant select (tenant_id, id, email, password_hash) on app_user to rehearse_lookup;
grant select (tenant_id, user_id, token_hash) on refresh_token, sign_in_link to rehearse_lookup;
grant select (tenant_id, id, hash) on api_key to rehearse_lookup;

create function login_by_email(wanted text) returns table (tenant_id uuid, user_id uuid, hash text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select u.tenant_id, u.id, u.password_hash from public.app_user u where u.email = lower(wanted)
$$;

-- A refresh token or a one-time sign-in link.
create function token_by_hash(wanted text) returns table (tenant_id uuid, user_id uuid, hash text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select t.tenant_id, t.user_id, t.token_hash from public.refresh_token t where t.token_hash = wanted
  union all
  select l.tenant_id, l.user_id, l.token_hash from public.sign_in_link l where l.token_hash = wanted
$$;

create function api_key_by_id(wanted uuid) returns table (tenant_id uuid, id uuid, hash text)
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select k.tenant_id, k.id, k.hash from public.api_key k where k.id = wanted
$$;

-- What a first start asks: is there any tenant yet?
create function installation_is_empty() returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select not exists (select from public.tenant)
$$;

-- A new owner must be allowed to create in the schema at the moment it takes a function over, and only then.
grant create on schema public to rehearse_lookup;
do $$
declare
  signature text;
begin
  foreach signature in array array['login_by_email(text)', 'token_by_hash(text)', 'api_key_by_id(uuid)',
                                   'installation_is_empty()'] loop
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to rehearse_app', signature);
    execute format('alter function %s owner to rehearse_lookup', signature);
  end loop;
end
$$;
revoke create on schema public from rehearse_lookup;
