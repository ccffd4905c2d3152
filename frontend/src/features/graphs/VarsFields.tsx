import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { Field } from './vars-form.js';

interface VarsFieldsProps {
  fields: Field[];
  draft: Record<string, string>;
  problems: Record<string, string>;
  onChange: (name: string, text: string) => void;
}

/** One control for each input of the graph. */
export function VarsFields({ fields, draft, problems, onChange }: VarsFieldsProps) {
  return fields.map((field) => {
    const common = {
      label: field.name,
      description: field.description,
      required: field.isRequired,
      error: problems[field.name],
      value: draft[field.name] ?? '',
    };
    const change = (text: string) => onChange(field.name, text);
    switch (field.kind) {
      case 'choice':
        return (
          <Select
            key={field.name}
            {...common}
            value={common.value || null}
            data={field.choices ?? []}
            onChange={(choice) => change(choice ?? '')}
          />
        );
      case 'boolean':
        return (
          <Switch
            key={field.name}
            label={field.name}
            description={field.description}
            checked={common.value === 'true'}
            onChange={(event) => change(String(event.currentTarget.checked))}
          />
        );
      case 'text':
      case 'number':
        return (
          <TextInput
            key={field.name}
            {...common}
            inputMode={field.kind === 'number' ? 'decimal' : 'text'}
            onChange={(event) => change(event.currentTarget.value)}
          />
        );
      case 'long-text':
      case 'json':
        return (
          <Textarea
            key={field.name}
            {...common}
            autosize
            minRows={2}
            maxRows={8}
            styles={field.kind === 'json' ? { input: { fontFamily: 'var(--font-mono)' } } : {}}
            onChange={(event) => change(event.currentTarget.value)}
          />
        );
      default:
        return field.kind satisfies never;
    }
  });
}
