import type { EffectiveValue } from './load.js';
import type { Variable } from './variable.js';
import { CONFIG_KEYS, VARIABLES } from './variables.js';

export interface DescribedValue {
  name: string;
  value: string;
  source: string;
  used: boolean;
}

/** The effective configuration for people, with the source of each value and no secret. */
export function describeConfig(values: readonly EffectiveValue[]): DescribedValue[] {
  return values.map(({ key, value, source }) => {
    const variable = VARIABLES[key] as Variable;
    return { name: variable.name, value: shown(value, variable), source, used: !variable.unused };
  });
}

function shown(value: unknown, variable: Variable): string {
  if (value === undefined) return variable.defaultNote ?? '(not set)';
  if (variable.secret) return '(set, not shown)';
  return Array.isArray(value) ? value.join(',') || '(none)' : String(value);
}

/** The secrets that are set, so that the log can take them out wherever they turn up. */
export function secretValues(values: readonly EffectiveValue[]): string[] {
  return values.flatMap(({ key, value }) => {
    const { secret } = VARIABLES[key] as Variable;
    return secret && typeof value === 'string' ? [value, ...passwordOf(value)] : [];
  });
}

function passwordOf(value: string): string[] {
  if (!URL.canParse(value)) return [];
  const { password } = new URL(value);
  return password.length >= 6 ? [password, decodeURIComponent(password)] : [];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function defaultCell(variable: Variable): string {
  if (variable.defaultNote) return `\`${variable.defaultNote}\``;
  if (variable.default === undefined) return '';
  const value = Array.isArray(variable.default) ? variable.default.join(',') : String(variable.default);
  return value === '' ? '' : `\`${value}\``;
}

function row(key: (typeof CONFIG_KEYS)[number]): string {
  const variable = VARIABLES[key] as Variable;
  const aliases = (variable.aliases ?? []).map((alias) => `\`${alias}\``).join(', ');
  const notes = [variable.secret && 'Secret.', variable.unused && '**Not used yet.**'].filter(Boolean);
  const meaning = [variable.meaning, ...notes].join(' ');
  return `| \`${variable.name}\` | \`${key}\` | ${aliases} | ${defaultCell(variable)} | ${variable.unit ?? ''} | ${cell(meaning)} |`;
}

function grouped(): [string, (typeof CONFIG_KEYS)[number][]][] {
  const groups = [...new Set(CONFIG_KEYS.map((key) => VARIABLES[key].group))];
  return groups.map((group) => [group, CONFIG_KEYS.filter((key) => VARIABLES[key].group === group)]);
}

const INTRODUCTION = `# Configuration

<!-- Made from the schema by \`pnpm golden:update\`; a test compares the two. -->

A value comes from the first of these places that has it:

1. flags of the command line, such as \`--port\`;
2. the environment;
3. \`.env\` in the working folder, in development only;
4. \`rehearse.<environment>.yaml\` in the working folder, such as \`rehearse.production.yaml\`;
5. \`rehearse.yaml\` there;
6. the default.

The files hold settings by key or by the name of the variable, one a line: \`port: 8123\`. In them \`\${NAME}\` stands for a
variable of the environment and \`\${secret:name}\` for a secret. Everything is checked at the start, and every problem is named
at once with its source; the process then ends with code 2. \`rehearse doctor --config\` shows what is in effect, the source of each
value, and no secret.

A graph names a secret as \`\${secret:shop-key}\`; it is the variable \`REHEARSE_SECRET_SHOP_KEY\`, here and in \`rehearse run\`.
`;

/** The text of docs/configuration.md. */
export function configurationDocument(): string {
  const header =
    '| variable | key | also | default | unit | meaning |\n| --- | --- | --- | --- | --- | --- |';
  const sections = grouped().map(
    ([group, keys]) => `\n## ${group}\n\n${header}\n${keys.map(row).join('\n')}\n`,
  );
  return INTRODUCTION + sections.join('');
}

/** The text of .env.example: everything, commented out. */
export function environmentExample(): string {
  const sections = grouped().map(([group, keys]) => {
    const lines = keys.flatMap((key) => {
      const variable = VARIABLES[key] as Variable;
      const unit = variable.unit ? ` [${variable.unit}]` : '';
      const unused = variable.unused ? ' Not used yet.' : '';
      const value = defaultCell(variable).replaceAll('`', '');
      return [`# ${variable.meaning}${unit}${unused}`, `# ${variable.name}=${value}`, ''];
    });
    return [`# --- ${group} ---`, '', ...lines];
  });
  return ['# Copy to .env; see docs/configuration.md. Read in development only.', '', ...sections.flat()]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
