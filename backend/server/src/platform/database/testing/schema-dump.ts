import pg from 'pg';

/** One query for each kind of thing, each row one statement; the order is of names, so that a change is a small diff. */
const QUERIES: [title: string, sql: string][] = [
  [
    'Types',
    `select format('create type %I as enum (%s);', t.typname,
                   (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
       from pg_type t where t.typtype = 'e' and t.typnamespace = 'public'::regnamespace order by t.typname`,
  ],
  [
    'Tables',
    `select format(E'create table %I (\\n%s\\n)%s;', c.relname, string_agg(
              format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                     case when a.attnotnull then ' not null' else '' end,
                     coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')), E',\\n' order by a.attnum),
              coalesce(' partition by ' || pg_get_partkeydef(c.oid), ''))
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
        and c.relname <> '_prisma_migrations'
      group by c.oid, c.relname order by c.relname`,
  ],
  [
    'Constraints',
    `select format('alter table %s add constraint %I %s;', conrelid::regclass, conname, pg_get_constraintdef(oid))
       from pg_constraint
      where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f', 'c') and conrelid <> '_prisma_migrations'::regclass
        and not (select relispartition from pg_class where oid = conrelid)
      order by conrelid::regclass::text, contype desc, conname`,
  ],
  [
    'Indexes',
    `select pg_get_indexdef(i.indexrelid) || ';'
       from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relnamespace = 'public'::regnamespace and not i.indisprimary and not c.relispartition and i.indrelid <> '_prisma_migrations'::regclass
      order by i.indrelid::regclass::text, c.relname`,
  ],
  [
    'Row-level security',
    `select format('alter table %I %s row level security;', relname, unnest(
              case when relrowsecurity then array['enable'] else '{}' end || case when relforcerowsecurity then array['force'] else '{}' end))
       from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace order by relname`,
  ],
  [
    'Policies',
    `select format('create policy %I on %I for %s to %s%s%s;', policyname, tablename, lower(cmd), array_to_string(roles, ', '),
                   coalesce(' using (' || qual || ')', ''), coalesce(' with check (' || with_check || ')', ''))
       from pg_policies where schemaname = 'public' order by tablename, policyname`,
  ],
  [
    'Functions',
    `select format(E'%s;\\nalter function %s owner to %I;', btrim(pg_get_functiondef(p.oid), E'\n '), p.oid::regprocedure, r.rolname)
       from pg_proc p join pg_roles r on r.oid = p.proowner where p.pronamespace = 'public'::regnamespace order by p.proname`,
  ],
  [
    'Grants on tables',
    `select format('grant %s on %I to %s;', string_agg(lower(x.privilege_type), ', ' order by x.privilege_type), c.relname,
                   coalesce(r.rolname, 'public'))
       from pg_class c cross join aclexplode(c.relacl) x left join pg_roles r on r.oid = x.grantee
      where c.relnamespace = 'public'::regnamespace and x.grantee <> c.relowner
      group by c.relname, r.rolname order by c.relname, r.rolname`,
  ],
  [
    'Grants on columns',
    `select format('grant %s (%s) on %I to %s;', lower(x.privilege_type), string_agg(a.attname, ', ' order by a.attnum), c.relname,
                   coalesce(r.rolname, 'public'))
       from pg_class c join pg_attribute a on a.attrelid = c.oid cross join aclexplode(a.attacl) x
       left join pg_roles r on r.oid = x.grantee
      where c.relnamespace = 'public'::regnamespace
      group by c.relname, r.rolname, x.privilege_type order by c.relname, r.rolname, x.privilege_type`,
  ],
  [
    'Grants on functions',
    `select format('grant execute on function %s to %s;', p.oid::regprocedure, coalesce(r.rolname, 'public'))
       from pg_proc p cross join aclexplode(p.proacl) x left join pg_roles r on r.oid = x.grantee
      where p.pronamespace = 'public'::regnamespace and x.grantee <> p.proowner order by p.proname, r.rolname`,
  ],
];

/** What the migrations add up to, as text for reviews (golden/schema.sql). */
export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const parts = [
      '-- What the migrations add up to. Written by `pnpm golden:update`; review its diff, do not edit it.\n',
    ];
    for (const [title, sql] of QUERIES) {
      const { rows } = await client.query<[string]>({ text: sql, rowMode: 'array' });
      parts.push(`-- ${title}\n\n${rows.map(([statement]) => statement).join('\n')}\n`);
    }
    return parts.join('\n');
  } finally {
    await client.end();
  }
}
