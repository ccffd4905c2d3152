-- Roles belong to the whole cluster: another database of it may have made them already, or makes them at this moment.
do $$
declare
  name text;
begin
  foreach name in array array['rehearse_app', 'rehearse_worker', 'rehearse_lookup'] loop
    if not exists (select from pg_roles where rolname = name) then
      begin
        execute format('create role %I nologin noinherit', name);
      exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then
          raise exception 'The login % may not make the role %.', current_user, name
            using errcode = 'insufficient_privilege',
                  hint = format('As an administrator: CREATE ROLE %I NOLOGIN; GRANT %I TO %I;', name, name, current_user);
      end;
    end if;
  end loop;
end
$$;

-- Whoever migrates works as the lesser roles (set role) and hands the look-up functions to their owner.
do $$
declare
  name text;
begin
  foreach name in array array['rehearse_app', 'rehearse_worker', 'rehearse_lookup'] loop
    if current_setting('server_version_num')::int < 160000 then
      if not pg_has_role(current_user, name, 'member') then
        execute format('grant %I to %I', name, current_user);
      end if;
    elsif not pg_has_role(current_user, name, 'set') then
      execute format('grant %I to %I with inherit false, set true', name, current_user);
    end if;
  end loop;
end
$$;
