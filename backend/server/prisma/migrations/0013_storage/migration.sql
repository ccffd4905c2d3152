-- Payloads over 16 KiB live once, by the hash of their text, compressed; events hold the hash.
create table blob (
  tenant_id uuid not null references tenant (tenant_id),
  sha256 text not null constraint blob_sha256_is_hex check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes integer not null constraint blob_bytes_from_1 check (bytes >= 1),
  content bytea not null,
  -- When it was last written: what an event is about to point at must not be taken away as garbage.
  kept_at timestamptz(3) not null default now(),
  primary key (tenant_id, sha256)
);
-- It is compressed already.
alter table blob alter column content set storage external;
alter table blob enable row level security;
alter table blob force row level security;
create policy tenant_only on blob
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy every_tenant on blob to rehearse_worker using (true) with check (true);
grant select, insert, update (kept_at) on blob to rehearse_app;
grant select, insert, delete, update (kept_at) on blob to rehearse_worker;

-- The events of a month of runs lie together. The ids of runs are UUIDv7, which begin with the time they were made at, so
-- that the key of an event tells its month, and the events of one run lie in one part.
alter table run_event rename to run_event_whole;
create table run_event (
  tenant_id uuid not null,
  run_id uuid not null,
  seq integer not null constraint run_event_seq_from_1 check (seq >= 1),
  lane text not null,
  key text not null,
  type text not null,
  attempt integer not null constraint run_event_attempt_from_1 check (attempt >= 1),
  in_digest text,
  data json,
  blob text,
  at timestamptz(3) not null,
  epoch integer not null,
  prev text not null,
  digest text not null,
  v integer not null default 1,
  constraint run_event_data_or_blob check (num_nonnulls(data, blob) <= 1)
) partition by range (run_id);

create function uuid7_floor(instant timestamptz) returns uuid
  language sql stable set search_path = pg_catalog, pg_temp
as $$
  select (left(hex, 8) || '-' || right(hex, 4) || '-0000-0000-000000000000')::uuid
  from (select lpad(to_hex((extract(epoch from instant) * 1000)::bigint), 12, '0') as hex) as millis
$$;

-- Makes the parts for this month and those to come. What was written before its part stands in `run_event_other`; a part is
-- not made while rows of its month stand there, and they stay readable.
create function ensure_event_parts(months integer) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
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
$$;
revoke execute on function ensure_event_parts(integer) from public;
grant execute on function ensure_event_parts(integer) to rehearse_worker;

create table run_event_other partition of run_event default;
alter table run_event_other enable row level security;
alter table run_event_other force row level security;
select ensure_event_parts(3);

-- The owner is bound by the policies, too, and none is for it.
alter table run_event_whole no force row level security;
insert into run_event (tenant_id, run_id, seq, lane, key, type, attempt, in_digest, data, at, epoch, prev, digest, v)
select tenant_id, run_id, seq, lane, key, type, attempt, in_digest, data, at, epoch, prev, digest, v from run_event_whole;
drop table run_event_whole;

alter table run_event add constraint run_event_pkey primary key (tenant_id, run_id, seq);
alter table run_event add constraint run_event_tenant_id_run_id_fkey
  foreign key (tenant_id, run_id) references run (tenant_id, id) on delete cascade;
alter table run_event add constraint run_event_tenant_id_blob_fkey
  foreign key (tenant_id, blob) references blob (tenant_id, sha256);
create unique index run_event_tenant_id_run_id_key_type_attempt_key on run_event (tenant_id, run_id, key, type, attempt);
create index run_event_tenant_id_blob_idx on run_event (tenant_id, blob) where blob is not null;

alter table run_event enable row level security;
alter table run_event force row level security;
create policy tenant_only on run_event
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy every_tenant on run_event to rehearse_worker using (true) with check (true);
grant select, insert on run_event to rehearse_worker;
grant select, insert, update (data, blob) on run_event to rehearse_app;

-- How long the runs of a tenant are kept; a tenant without a row keeps them for ever.
create table retention (
  tenant_id uuid primary key references tenant (tenant_id),
  max_age_days integer constraint retention_max_age_from_1 check (max_age_days >= 1),
  failed_max_age_days integer constraint retention_failed_max_age_from_1 check (failed_max_age_days >= 1),
  max_runs integer constraint retention_max_runs_from_1 check (max_runs >= 1),
  updated_by uuid,
  updated_at timestamptz(3) not null default now()
);
alter table retention enable row level security;
alter table retention force row level security;
create policy tenant_only on retention
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy every_tenant on retention for select to rehearse_worker using (true);
grant select, insert, update, delete on retention to rehearse_app;
grant select on retention to rehearse_worker;
grant delete on run to rehearse_worker;
