-- The run that a follow-up is compared with, and the relation that is to hold between them.
alter table run add column follows_run_id uuid;
alter table run add column follows_relation text;
alter table run add constraint run_follows_both check ((follows_run_id is null) = (follows_relation is null));
alter table run add constraint run_tenant_id_follows_run_id_fkey
  foreign key (tenant_id, follows_run_id) references run (tenant_id, id);
create index run_tenant_id_follows_run_id_idx on run (tenant_id, follows_run_id);

-- The experiment that another one is to be compared with.
alter table experiment add column baseline_id uuid;
alter table experiment add constraint experiment_tenant_id_baseline_id_fkey
  foreign key (tenant_id, baseline_id) references experiment (tenant_id, id);
create index experiment_tenant_id_baseline_id_idx on experiment (tenant_id, baseline_id);
