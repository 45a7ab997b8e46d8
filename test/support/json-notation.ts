/** A JSON Schema as people read types: one line a field, its description behind it. */
type Schema = Readonly<Record<string, unknown>>;

/** Lines; nested objects are indented below their field. */
export function notation(schema: Schema): string {
  return typeOf(schema, 0);
}

function typeOf(schema: Schema, depth: number): string {
  const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  if (choices !== undefined) return choices.map((one) => typeOf(one, depth)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) {
    return schema['enum'].map((word) => JSON.stringify(word)).join(' | ');
  }
  if (Array.isArray(schema['type'])) return schema['type'].join(' | ');
  if (schema['type'] === 'array') return arrayOf(schema['items'] as Schema, depth);
  if (schema['type'] === 'object') return objectOf(schema, depth);
  return schema['type'] === 'integer' ? 'number' : String(schema['type'] ?? 'anything');
}

function arrayOf(items: Schema, depth: number): string {
  const item = typeOf(items, depth);
  const isChoice = ['anyOf', 'oneOf', 'enum'].some((key) => key in items);
  return isChoice ? `(${item})[]` : `${item}[]`;
}

function objectOf(schema: Schema, depth: number): string {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  if (fields.length === 0) {
    const values = schema['additionalProperties'];
    const inner = typeof values === 'object' && values !== null ? (values as Schema) : {};
    return `{ [name]: ${typeOf(inner, depth)} }`;
  }
  const indent = '  '.repeat(depth + 1);
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  const lines = fields.map(([name, field]) => {
    const text = `${indent}${name}${required.has(name) ? '' : '?'}: ${typeOf(field, depth + 1)}`;
    const { description } = field;
    return typeof description === 'string' ? `${text} // ${description}` : text;
  });
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}
