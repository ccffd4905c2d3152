-- The owner of an installation sees which tenants there are, and nothing that is theirs.
grant select (name, created_at) on tenant to rehearse_lookup;

create function every_tenant() returns table (tenant_id uuid, name text, created_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select t.tenant_id, t.name, t.created_at from public.tenant t order by t.created_at, t.tenant_id
$$;

grant create on schema public to rehearse_lookup;
revoke all on function every_tenant() from public;
grant execute on function every_tenant() to rehearse_app;
alter function every_tenant() owner to rehearse_lookup;
revoke create on schema public from rehearse_lookup;
