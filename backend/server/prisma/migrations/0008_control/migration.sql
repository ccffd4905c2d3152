-- What somebody asked of a run that is being driven; its worker takes it away with the event that says it took effect.
alter table run add column requested text constraint run_requested_is_known check (requested in ('pause', 'stop'));
alter table run add column requested_by text;
alter table run add column requested_reason text;

-- Of an errored run of an experiment: the one that was made in its place, and counts in its place.
alter table run add column retried_as uuid;
alter table run add constraint run_tenant_id_retried_as_fkey
  foreign key (tenant_id, retried_as) references run (tenant_id, id);
create index run_tenant_id_retried_as_idx on run (tenant_id, retried_as);
