-- What the migrations add up to. Written by `pnpm golden:update`; review its diff, do not edit it.

-- Types

create type user_role as enum ('Admin', 'Operator', 'Viewer', 'API');

-- Tables

create table api_key (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  role user_role not null,
  scopes text[] not null default '{}'::text[],
  hash text not null,
  prefix text not null,
  created_by uuid,
  expires_at timestamp(3) with time zone,
  last_used_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null default now()
);
create table app_user (
  tenant_id uuid not null,
  id uuid not null,
  email text not null,
  name text not null,
  password_hash text,
  role user_role not null,
  is_owner boolean not null default false,
  disabled_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null default now(),
  token_epoch integer not null default 0
);
create table baseline (
  tenant_id uuid not null,
  graph_id uuid not null,
  name text not null,
  experiment_id uuid not null,
  pinned_by uuid,
  pinned_at timestamp(3) with time zone not null default now()
);
create table blob (
  tenant_id uuid not null,
  sha256 text not null,
  bytes integer not null,
  content bytea not null,
  kept_at timestamp(3) with time zone not null default now()
);
create table experiment (
  tenant_id uuid not null,
  id uuid not null,
  graph_version_id uuid not null,
  label text not null,
  kind text not null,
  status text not null,
  params jsonb not null default '{}'::jsonb,
  import_key text,
  concurrency integer not null default 1,
  created_by uuid,
  created_at timestamp(3) with time zone not null default now(),
  finished_at timestamp(3) with time zone,
  baseline_id uuid,
  suite_id uuid
);
create table graph (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  created_at timestamp(3) with time zone not null default now()
);
create table graph_version (
  tenant_id uuid not null,
  id uuid not null,
  graph_id uuid not null,
  number integer not null,
  digest text not null,
  source_digest text not null,
  source text not null,
  labels jsonb not null default '{}'::jsonb,
  description text,
  diagnostics jsonb not null default '[]'::jsonb,
  outline json not null default '{}'::json,
  created_by uuid,
  created_at timestamp(3) with time zone not null default now(),
  enclosures json not null default '{}'::json,
  settings text not null default ''::text
);
create table history_view (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  name text not null,
  filters jsonb not null,
  shared boolean not null default false,
  created_at timestamp(3) with time zone not null default now()
);
create table idempotency_key (
  tenant_id uuid not null,
  principal text not null,
  key text not null,
  route text not null,
  request_hash text not null,
  status integer,
  body json,
  created_at timestamp(3) with time zone not null default now()
);
create table persona (
  tenant_id uuid not null,
  name text not null,
  source text not null,
  document jsonb not null,
  digest text not null,
  created_by uuid,
  created_at timestamp(3) with time zone not null default now()
);
create table refresh_token (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  family_id uuid not null,
  token_hash text not null,
  expires_at timestamp(3) with time zone not null,
  used_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null default now()
);
create table retention (
  tenant_id uuid not null,
  max_age_days integer,
  failed_max_age_days integer,
  max_runs integer,
  updated_by uuid,
  updated_at timestamp(3) with time zone not null default now()
);
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
  options jsonb not null default '{}'::jsonb,
  status text not null,
  verdict text,
  output json,
  reason json,
  summary json,
  error json,
  digest text,
  verdict_digest text,
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  cost_usd double precision default 0,
  duration_ms double precision,
  epoch integer not null default 0,
  max_seq integer not null default 0,
  created_by uuid,
  created_at timestamp(3) with time zone not null default now(),
  started_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  matrix json,
  graph_digest text,
  wake_at timestamp(3) with time zone,
  follows_run_id uuid,
  follows_relation text,
  requested text,
  requested_by text,
  requested_reason text,
  retried_as uuid,
  worker_id uuid,
  priority smallint not null default 0
);
create table run_decision (
  tenant_id uuid not null,
  run_id uuid not null,
  key text not null,
  decision text not null,
  value json,
  reason text not null,
  decided_by text not null,
  at timestamp(3) with time zone not null default now()
);
create table run_event (
  tenant_id uuid not null,
  run_id uuid not null,
  seq integer not null,
  lane text not null,
  key text not null,
  type text not null,
  attempt integer not null,
  in_digest text,
  data json,
  blob text,
  at timestamp(3) with time zone not null,
  epoch integer not null,
  prev text not null,
  digest text not null,
  v integer not null default 1
) partition by RANGE (run_id);
create table run_turn (
  tenant_id uuid not null,
  group_id uuid not null,
  served_at timestamp with time zone not null
);
create table sign_in_link (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  token_hash text not null,
  expires_at timestamp(3) with time zone not null,
  used_at timestamp(3) with time zone
);
create table suite (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  number integer not null,
  digest text not null,
  source_digest text not null,
  source text not null,
  labels jsonb not null default '{}'::jsonb,
  description text,
  created_by uuid,
  created_at timestamp(3) with time zone not null default now()
);
create table suite_graph (
  tenant_id uuid not null,
  suite_id uuid not null,
  "position" integer not null,
  graph_version_id uuid not null
);
create table tenant (
  tenant_id uuid not null,
  name text not null,
  created_at timestamp(3) with time zone not null default now()
);
create table worker (
  id uuid not null,
  host text not null,
  pid integer not null,
  home text not null,
  version text not null,
  places integer not null,
  started_at timestamp(3) with time zone not null default now(),
  lease_until timestamp(3) with time zone not null
);

-- Constraints

alter table api_key add constraint api_key_pkey PRIMARY KEY (tenant_id, id);
alter table api_key add constraint api_key_tenant_id_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES app_user(tenant_id, id);
alter table app_user add constraint app_user_pkey PRIMARY KEY (tenant_id, id);
alter table app_user add constraint app_user_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id);
alter table app_user add constraint app_user_email_is_lower_case CHECK ((email = lower(email)));
alter table baseline add constraint baseline_pkey PRIMARY KEY (tenant_id, graph_id, name);
alter table baseline add constraint baseline_tenant_id_experiment_id_fkey FOREIGN KEY (tenant_id, experiment_id) REFERENCES experiment(tenant_id, id);
alter table baseline add constraint baseline_tenant_id_graph_id_fkey FOREIGN KEY (tenant_id, graph_id) REFERENCES graph(tenant_id, id) ON DELETE CASCADE;
alter table baseline add constraint baseline_name_is_slug CHECK ((name ~ '^[a-z][a-z0-9-]{0,62}$'::text));
alter table blob add constraint blob_pkey PRIMARY KEY (tenant_id, sha256);
alter table blob add constraint blob_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id);
alter table blob add constraint blob_bytes_from_1 CHECK ((bytes >= 1));
alter table blob add constraint blob_sha256_is_hex CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text));
alter table experiment add constraint experiment_pkey PRIMARY KEY (tenant_id, id);
alter table experiment add constraint experiment_tenant_id_baseline_id_fkey FOREIGN KEY (tenant_id, baseline_id) REFERENCES experiment(tenant_id, id);
alter table experiment add constraint experiment_tenant_id_graph_version_id_fkey FOREIGN KEY (tenant_id, graph_version_id) REFERENCES graph_version(tenant_id, id);
alter table experiment add constraint experiment_tenant_id_suite_id_fkey FOREIGN KEY (tenant_id, suite_id) REFERENCES suite(tenant_id, id);
alter table experiment add constraint experiment_concurrency_from_1 CHECK ((concurrency >= 1));
alter table experiment add constraint experiment_kind_is_known CHECK ((kind = ANY (ARRAY['execution'::text, 'import'::text])));
alter table experiment add constraint experiment_status_is_known CHECK ((status = ANY (ARRAY['running'::text, 'finished'::text])));
alter table graph add constraint graph_pkey PRIMARY KEY (tenant_id, id);
alter table graph add constraint graph_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id);
alter table graph_version add constraint graph_version_pkey PRIMARY KEY (tenant_id, id);
alter table graph_version add constraint graph_version_tenant_id_graph_id_fkey FOREIGN KEY (tenant_id, graph_id) REFERENCES graph(tenant_id, id) ON DELETE CASCADE;
alter table graph_version add constraint graph_version_number_from_1 CHECK ((number >= 1));
alter table history_view add constraint history_view_pkey PRIMARY KEY (tenant_id, id);
alter table history_view add constraint history_view_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES app_user(tenant_id, id) ON DELETE CASCADE;
alter table idempotency_key add constraint idempotency_key_pkey PRIMARY KEY (tenant_id, principal, key);
alter table idempotency_key add constraint idempotency_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id);
alter table persona add constraint persona_pkey PRIMARY KEY (tenant_id, name);
alter table persona add constraint persona_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id);
alter table persona add constraint persona_name_is_slug CHECK ((name ~ '^[a-z][a-z0-9-]{0,62}$'::text));
alter table refresh_token add constraint refresh_token_pkey PRIMARY KEY (tenant_id, id);
alter table refresh_token add constraint refresh_token_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES app_user(tenant_id, id) ON DELETE CASCADE;
alter table retention add constraint retention_pkey PRIMARY KEY (tenant_id);
alter table retention add constraint retention_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id);
alter table retention add constraint retention_failed_max_age_from_1 CHECK ((failed_max_age_days >= 1));
alter table retention add constraint retention_max_age_from_1 CHECK ((max_age_days >= 1));
alter table retention add constraint retention_max_runs_from_1 CHECK ((max_runs >= 1));
alter table run add constraint run_pkey PRIMARY KEY (tenant_id, id);
alter table run add constraint run_tenant_id_experiment_id_fkey FOREIGN KEY (tenant_id, experiment_id) REFERENCES experiment(tenant_id, id);
alter table run add constraint run_tenant_id_follows_run_id_fkey FOREIGN KEY (tenant_id, follows_run_id) REFERENCES run(tenant_id, id);
alter table run add constraint run_tenant_id_graph_version_id_fkey FOREIGN KEY (tenant_id, graph_version_id) REFERENCES graph_version(tenant_id, id);
alter table run add constraint run_tenant_id_parent_run_id_fkey FOREIGN KEY (tenant_id, parent_run_id) REFERENCES run(tenant_id, id);
alter table run add constraint run_tenant_id_retried_as_fkey FOREIGN KEY (tenant_id, retried_as) REFERENCES run(tenant_id, id);
alter table run add constraint run_follows_both CHECK (((follows_run_id IS NULL) = (follows_relation IS NULL)));
alter table run add constraint run_requested_is_known CHECK ((requested = ANY (ARRAY['pause'::text, 'stop'::text])));
alter table run add constraint run_status_is_known CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text, 'waiting'::text, 'finished'::text, 'canceled'::text])));
alter table run add constraint run_verdict_is_known CHECK ((verdict = ANY (ARRAY['passed'::text, 'failed'::text, 'inconclusive'::text, 'errored'::text])));
alter table run_decision add constraint run_decision_pkey PRIMARY KEY (tenant_id, run_id, key);
alter table run_decision add constraint run_decision_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES run(tenant_id, id) ON DELETE CASCADE;
alter table run_decision add constraint run_decision_is_known CHECK ((decision = ANY (ARRAY['approve'::text, 'modify'::text, 'reject'::text])));
alter table run_event add constraint run_event_pkey PRIMARY KEY (tenant_id, run_id, seq);
alter table run_event add constraint run_event_tenant_id_blob_fkey FOREIGN KEY (tenant_id, blob) REFERENCES blob(tenant_id, sha256);
alter table run_event add constraint run_event_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES run(tenant_id, id) ON DELETE CASCADE;
alter table run_event add constraint run_event_attempt_from_1 CHECK ((attempt >= 1));
alter table run_event add constraint run_event_data_or_blob CHECK ((num_nonnulls(data, blob) <= 1));
alter table run_event add constraint run_event_seq_from_1 CHECK ((seq >= 1));
alter table run_turn add constraint run_turn_pkey PRIMARY KEY (tenant_id, group_id);
alter table run_turn add constraint run_turn_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id) ON DELETE CASCADE;
alter table sign_in_link add constraint sign_in_link_pkey PRIMARY KEY (tenant_id, id);
alter table sign_in_link add constraint sign_in_link_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES app_user(tenant_id, id) ON DELETE CASCADE;
alter table suite add constraint suite_pkey PRIMARY KEY (tenant_id, id);
alter table suite add constraint suite_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id);
alter table suite add constraint suite_number_from_1 CHECK ((number >= 1));
alter table suite_graph add constraint suite_graph_pkey PRIMARY KEY (tenant_id, suite_id, "position");
alter table suite_graph add constraint suite_graph_tenant_id_graph_version_id_fkey FOREIGN KEY (tenant_id, graph_version_id) REFERENCES graph_version(tenant_id, id);
alter table suite_graph add constraint suite_graph_tenant_id_suite_id_fkey FOREIGN KEY (tenant_id, suite_id) REFERENCES suite(tenant_id, id) ON DELETE CASCADE;
alter table tenant add constraint tenant_pkey PRIMARY KEY (tenant_id);
alter table worker add constraint worker_pkey PRIMARY KEY (id);

-- Indexes

CREATE INDEX api_key_id_idx ON public.api_key USING btree (id);
CREATE INDEX api_key_tenant_id_created_by_idx ON public.api_key USING btree (tenant_id, created_by);
CREATE UNIQUE INDEX app_user_email_key ON public.app_user USING btree (email);
CREATE INDEX baseline_tenant_id_experiment_id_idx ON public.baseline USING btree (tenant_id, experiment_id);
CREATE INDEX experiment_status_idx ON public.experiment USING btree (status);
CREATE INDEX experiment_tenant_id_baseline_id_idx ON public.experiment USING btree (tenant_id, baseline_id);
CREATE INDEX experiment_tenant_id_created_at_id_idx ON public.experiment USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX experiment_tenant_id_graph_version_id_idx ON public.experiment USING btree (tenant_id, graph_version_id);
CREATE UNIQUE INDEX experiment_tenant_id_import_key_key ON public.experiment USING btree (tenant_id, import_key);
CREATE INDEX experiment_tenant_id_suite_id_idx ON public.experiment USING btree (tenant_id, suite_id);
CREATE UNIQUE INDEX graph_tenant_id_name_key ON public.graph USING btree (tenant_id, name);
CREATE UNIQUE INDEX graph_version_tenant_id_graph_id_number_settings_key ON public.graph_version USING btree (tenant_id, graph_id, number, settings);
CREATE UNIQUE INDEX graph_version_tenant_id_graph_id_source_digest_settings_key ON public.graph_version USING btree (tenant_id, graph_id, source_digest, settings);
CREATE UNIQUE INDEX history_view_tenant_id_user_id_name_key ON public.history_view USING btree (tenant_id, user_id, name);
CREATE INDEX idempotency_key_created_at_idx ON public.idempotency_key USING btree (created_at);
CREATE INDEX refresh_token_tenant_id_family_id_idx ON public.refresh_token USING btree (tenant_id, family_id);
CREATE UNIQUE INDEX refresh_token_tenant_id_token_hash_key ON public.refresh_token USING btree (tenant_id, token_hash);
CREATE INDEX refresh_token_tenant_id_user_id_idx ON public.refresh_token USING btree (tenant_id, user_id);
CREATE INDEX refresh_token_token_hash_idx ON public.refresh_token USING btree (token_hash);
CREATE INDEX run_queue_idx ON public.run USING btree (tenant_id, COALESCE(experiment_id, tenant_id), priority DESC, created_at, id) WHERE ((status = 'queued'::text) AND (wake_at IS NULL));
CREATE INDEX run_tenant_id_created_at_id_idx ON public.run USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX run_tenant_id_experiment_id_case_id_repeat_idx ON public.run USING btree (tenant_id, experiment_id, case_id, repeat);
CREATE INDEX run_tenant_id_follows_run_id_idx ON public.run USING btree (tenant_id, follows_run_id);
CREATE INDEX run_tenant_id_graph_version_id_created_at_id_idx ON public.run USING btree (tenant_id, graph_version_id, created_at DESC, id DESC);
CREATE INDEX run_tenant_id_parent_run_id_idx ON public.run USING btree (tenant_id, parent_run_id);
CREATE INDEX run_tenant_id_retried_as_idx ON public.run USING btree (tenant_id, retried_as);
CREATE INDEX run_tenant_id_status_created_at_id_idx ON public.run USING btree (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX run_tenant_id_verdict_created_at_id_idx ON public.run USING btree (tenant_id, verdict, created_at DESC, id DESC);
CREATE INDEX run_unfinished_idx ON public.run USING btree (status, created_at) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX run_wake_at_idx ON public.run USING btree (wake_at) WHERE (wake_at IS NOT NULL);
CREATE INDEX run_event_tenant_id_blob_idx ON ONLY public.run_event USING btree (tenant_id, blob) WHERE (blob IS NOT NULL);
CREATE UNIQUE INDEX run_event_tenant_id_run_id_key_type_attempt_key ON ONLY public.run_event USING btree (tenant_id, run_id, key, type, attempt);
CREATE UNIQUE INDEX sign_in_link_tenant_id_token_hash_key ON public.sign_in_link USING btree (tenant_id, token_hash);
CREATE INDEX sign_in_link_tenant_id_user_id_idx ON public.sign_in_link USING btree (tenant_id, user_id);
CREATE INDEX sign_in_link_token_hash_idx ON public.sign_in_link USING btree (token_hash);
CREATE UNIQUE INDEX suite_tenant_id_name_number_key ON public.suite USING btree (tenant_id, name, number);
CREATE UNIQUE INDEX suite_tenant_id_name_source_digest_key ON public.suite USING btree (tenant_id, name, source_digest);
CREATE INDEX suite_graph_tenant_id_graph_version_id_idx ON public.suite_graph USING btree (tenant_id, graph_version_id);

-- Row-level security

alter table api_key enable row level security;
alter table api_key force row level security;
alter table app_user enable row level security;
alter table app_user force row level security;
alter table baseline enable row level security;
alter table baseline force row level security;
alter table blob enable row level security;
alter table blob force row level security;
alter table experiment enable row level security;
alter table experiment force row level security;
alter table graph enable row level security;
alter table graph force row level security;
alter table graph_version enable row level security;
alter table graph_version force row level security;
alter table history_view enable row level security;
alter table history_view force row level security;
alter table idempotency_key enable row level security;
alter table idempotency_key force row level security;
alter table persona enable row level security;
alter table persona force row level security;
alter table refresh_token enable row level security;
alter table refresh_token force row level security;
alter table retention enable row level security;
alter table retention force row level security;
alter table run enable row level security;
alter table run force row level security;
alter table run_decision enable row level security;
alter table run_decision force row level security;
alter table run_event enable row level security;
alter table run_event force row level security;
alter table run_turn enable row level security;
alter table run_turn force row level security;
alter table sign_in_link enable row level security;
alter table sign_in_link force row level security;
alter table suite enable row level security;
alter table suite force row level security;
alter table suite_graph enable row level security;
alter table suite_graph force row level security;
alter table tenant enable row level security;
alter table tenant force row level security;

-- Policies

create policy look_up on api_key for select to rehearse_lookup using (true);
create policy tenant_only on api_key for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy look_up on app_user for select to rehearse_lookup using (true);
create policy tenant_only on app_user for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on baseline for select to rehearse_worker using (true);
create policy tenant_only on baseline for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on blob for all to rehearse_worker using (true) with check (true);
create policy tenant_only on blob for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on experiment for all to rehearse_worker using (true) with check (true);
create policy tenant_only on experiment for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy tenant_only on graph for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on graph_version for select to rehearse_worker using (true);
create policy tenant_only on graph_version for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy tenant_only on history_view for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy tenant_only on idempotency_key for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy tenant_only on persona for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy look_up on refresh_token for select to rehearse_lookup using (true);
create policy tenant_only on refresh_token for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on retention for select to rehearse_worker using (true);
create policy tenant_only on retention for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on run for all to rehearse_worker using (true) with check (true);
create policy tenant_only on run for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on run_decision for select to rehearse_worker using (true);
create policy tenant_only on run_decision for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on run_event for all to rehearse_worker using (true) with check (true);
create policy tenant_only on run_event for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy every_tenant on run_turn for all to rehearse_worker using (true) with check (true);
create policy tenant_only on run_turn for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy look_up on sign_in_link for select to rehearse_lookup using (true);
create policy tenant_only on sign_in_link for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy tenant_only on suite for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy tenant_only on suite_graph for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));
create policy look_up on tenant for select to rehearse_lookup using (true);
create policy tenant_only on tenant for all to public using ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) with check ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

-- Functions

CREATE OR REPLACE FUNCTION public.api_key_by_id(wanted uuid)
 RETURNS TABLE(tenant_id uuid, id uuid, hash text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select k.tenant_id, k.id, k.hash from public.api_key k where k.id = wanted
$function$;
alter function api_key_by_id(uuid) owner to rehearse_lookup;
CREATE OR REPLACE FUNCTION public.ensure_event_parts(months integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  begins timestamptz;
  part text;
begin
  perform pg_advisory_xact_lock(hashtext('run_event parts'));
  for month in 0..least(months, 24) loop
    begins := date_trunc('month', now(), 'UTC') + make_interval(months => month);
    part := 'run_event_' || to_char(begins at time zone 'UTC', 'YYYY_MM');
    continue when to_regclass(format('public.%I', part)) is not null;
    begin
      execute format('create table public.%I partition of public.run_event for values from (%L) to (%L)', part,
                     public.uuid7_floor(begins), public.uuid7_floor(begins + make_interval(months => 1)));
      execute format('alter table public.%I enable row level security', part);
      execute format('alter table public.%I force row level security', part);
    exception when check_violation then
      raise notice 'events of % stand in run_event_other', part;
    end;
  end loop;
end
$function$;
alter function ensure_event_parts(integer) owner to rehearse_owner;
CREATE OR REPLACE FUNCTION public.every_tenant()
 RETURNS TABLE(tenant_id uuid, name text, created_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select t.tenant_id, t.name, t.created_at from public.tenant t order by t.created_at, t.tenant_id
$function$;
alter function every_tenant() owner to rehearse_lookup;
CREATE OR REPLACE FUNCTION public.installation_is_empty()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select not exists (select from public.tenant)
$function$;
alter function installation_is_empty() owner to rehearse_lookup;
CREATE OR REPLACE FUNCTION public.login_by_email(wanted text)
 RETURNS TABLE(tenant_id uuid, user_id uuid, hash text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select u.tenant_id, u.id, u.password_hash from public.app_user u where u.email = lower(wanted)
$function$;
alter function login_by_email(text) owner to rehearse_lookup;
CREATE OR REPLACE FUNCTION public.token_by_hash(wanted text)
 RETURNS TABLE(tenant_id uuid, user_id uuid, hash text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select t.tenant_id, t.user_id, t.token_hash from public.refresh_token t where t.token_hash = wanted
  union all
  select l.tenant_id, l.user_id, l.token_hash from public.sign_in_link l where l.token_hash = wanted
$function$;
alter function token_by_hash(text) owner to rehearse_lookup;
CREATE OR REPLACE FUNCTION public.uuid7_floor(instant timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select (left(hex, 8) || '-' || right(hex, 4) || '-0000-0000-000000000000')::uuid
  from (select lpad(to_hex((extract(epoch from instant) * 1000)::bigint), 12, '0') as hex) as millis
$function$;
alter function uuid7_floor(timestamp with time zone) owner to rehearse_owner;

-- Grants on tables

grant select on _prisma_migrations to rehearse_app;
grant insert, select, update on api_key to rehearse_app;
grant insert, select, update on app_user to rehearse_app;
grant insert, select on baseline to rehearse_app;
grant select on baseline to rehearse_worker;
grant insert, select on blob to rehearse_app;
grant delete, insert, select on blob to rehearse_worker;
grant delete, insert, select, update on experiment to rehearse_app;
grant select, update on experiment to rehearse_worker;
grant delete, insert, select, update on graph to rehearse_app;
grant delete, insert, select, update on graph_version to rehearse_app;
grant select on graph_version to rehearse_worker;
grant delete, insert, select on history_view to rehearse_app;
grant delete, insert, select, update on idempotency_key to rehearse_app;
grant insert, select on persona to rehearse_app;
grant delete, insert, select, update on refresh_token to rehearse_app;
grant delete, insert, select, update on retention to rehearse_app;
grant select on retention to rehearse_worker;
grant delete, insert, select, update on run to rehearse_app;
grant delete, select, update on run to rehearse_worker;
grant insert, select on run_decision to rehearse_app;
grant select on run_decision to rehearse_worker;
grant insert, select on run_event to rehearse_app;
grant insert, select on run_event to rehearse_worker;
grant delete, insert, select, update on run_turn to rehearse_worker;
grant delete, insert, select, update on sign_in_link to rehearse_app;
grant insert, select on suite to rehearse_app;
grant insert, select on suite_graph to rehearse_app;
grant insert, select, update on tenant to rehearse_app;
grant delete, insert, select, update on worker to rehearse_worker;

-- Grants on columns

grant select (tenant_id, id, hash) on api_key to rehearse_lookup;
grant select (tenant_id, id, email, password_hash) on app_user to rehearse_lookup;
grant update (experiment_id, pinned_by, pinned_at) on baseline to rehearse_app;
grant update (kept_at) on blob to rehearse_app;
grant update (kept_at) on blob to rehearse_worker;
grant update (source, document, digest, created_by, created_at) on persona to rehearse_app;
grant select (tenant_id, user_id, token_hash) on refresh_token to rehearse_lookup;
grant update (data, blob) on run_event to rehearse_app;
grant select (tenant_id, user_id, token_hash) on sign_in_link to rehearse_lookup;
grant select (tenant_id, name, created_at) on tenant to rehearse_lookup;

-- Grants on functions

grant execute on function api_key_by_id(uuid) to rehearse_app;
grant execute on function ensure_event_parts(integer) to rehearse_worker;
grant execute on function every_tenant() to rehearse_app;
grant execute on function installation_is_empty() to rehearse_app;
grant execute on function login_by_email(text) to rehearse_app;
grant execute on function token_by_hash(text) to rehearse_app;
