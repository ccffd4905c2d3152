import { z } from 'zod';

interface Converted {
  schema: unknown;
  components: Record<string, never>;
}

/** A zod schema as JSON Schema 2020-12, which OpenAPI 3.1 takes as it is; schemas with an id become components. */
export function convertSchema(
  schema: unknown,
  { schemaType }: { schemaType: 'input' | 'output' },
): Converted | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const {
    $schema: _,
    $defs = {},
    id,
    ...root
  } = z.toJSONSchema(schema, {
    io: schemaType,
    unrepresentable: 'any',
    reused: 'inline',
  }) as Record<string, unknown>;
  const components = Object.fromEntries(
    Object.entries($defs as Record<string, Record<string, unknown>>).map(([name, definition]) => {
      const { id: _id, ...rest } = definition;
      return [name, rest];
    }),
  );
  if (typeof id !== 'string') return placed({ schema: root, components });
  return placed({
    schema: { $ref: `#/components/schemas/${id}` },
    components: { ...components, [id]: root },
  });
}

/** References point to where OpenAPI keeps its components. */
const placed = (converted: { schema: unknown; components: object }): Converted =>
  JSON.parse(JSON.stringify(converted).replaceAll('"#/$defs/', '"#/components/schemas/')) as Converted;
