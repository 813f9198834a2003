/** The placeholders of `signing.template`. */
export const placeholders = ['body', 'timestamp', 'id', 'method', 'url', 'path', 'sortedForm'] as const;

export type Placeholder = (typeof placeholders)[number];

/** A template in parts: literal text, and placeholders. */
export function templateParts(template: string): readonly (string | { readonly placeholder: Placeholder })[] {
  return template.split(/(\{\{[^{}]*\}\})/).map((part) => {
    const placeholder = nameIn(part);
    return placeholder !== null && isKnown(placeholder) ? { placeholder } : part;
  });
}

/** What stands between `{{` and `}}` in a template and is no placeholder. */
export function unknownPlaceholders(template: string): readonly string[] {
  return template
    .split(/(\{\{[^{}]*\}\})/)
    .map(nameIn)
    .filter((name) => name !== null && !isKnown(name)) as string[];
}

function nameIn(part: string): string | null {
  return /^\{\{([^{}]*)\}\}$/.exec(part)?.[1]?.trim() ?? null;
}

function isKnown(name: string): name is Placeholder {
  return placeholders.some((placeholder) => placeholder === name);
}
