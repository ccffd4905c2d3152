-- What people decided where a run asks: one decision for each key, which its worker reads and writes to the journal.
create table run_decision (
  tenant_id uuid not null,
  run_id uuid not null,
  key text not null,
  decision text not null constraint run_decision_is_known check (decision in ('approve', 'modify', 'reject')),
  value json,
  reason text not null,
  decided_by text not null,
  at timestamptz(3) not null default now(),
  primary key (tenant_id, run_id, key),
  foreign key (tenant_id, run_id) references run (tenant_id, id) on delete cascade
);

alter table run_decision enable row level security;
alter table run_decision force row level security;
create policy tenant_only on run_decision
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy every_tenant on run_decision for select to rehearse_worker using (true);
grant select on run_decision to rehearse_worker;
grant select, insert on run_decision to rehearse_app;
