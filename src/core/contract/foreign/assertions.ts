/** Keywords without subschemas that assert something by themselves. */
export const assertions: ReadonlySet<string> = new Set([
  ...['type', 'const', 'enum', 'format', 'pattern', 'dependentRequired', 'uniqueItems'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['Length', 'Items', 'Properties', 'Contains'].flatMap((what) => [`min${what}`, `max${what}`]),
  // It explains a pattern.
  'title',
]);
