/** As much of JSON Schema as drover's own schema uses; an editor knows all of it. */
type Json = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asMap = (value: unknown): Json => (isMap(value) ? value : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The paths of what does not match. */
export function mismatches(value: unknown, schema: unknown, root: unknown, path = ''): string[] {
  const json = asMap(schema);
  if (typeof json['$ref'] === 'string')
    return mismatches(value, definition(json['$ref'], root), root, path);
  const wrong = matches(value, json) ? [] : [path];
  if (json['anyOf'] !== undefined) {
    const ways = asList(json['anyOf']).map((one) => mismatches(value, one, root, path));
    if (ways.every((way) => way.length > 0)) wrong.push(...(ways[0] ?? []));
  }
  for (const one of asList(json['allOf']))
    wrong.push(...conditional(value, asMap(one), root, path));
  if (isMap(value)) wrong.push(...inMap(value, json, root, path));
  if (Array.isArray(value) && json['items'] !== undefined) {
    wrong.push(
      ...value.flatMap((item, i) => mismatches(item, json['items'], root, `${path}[${i}]`)),
    );
  }
  return wrong;
}

function conditional(value: unknown, json: Json, root: unknown, path: string): string[] {
  const applies = mismatches(value, json['if'], root, path).length === 0;
  return applies ? mismatches(value, json['then'], root, path) : [];
}

function inMap(value: Json, json: Json, root: unknown, path: string): string[] {
  const { properties, patternProperties, additionalProperties, required } = json;
  const missing = asList(required).filter((key) => !(String(key) in value));
  const wrong = missing.map((key) => `${path}.${key}`);
  for (const [key, one] of Object.entries(value)) {
    const pattern = Object.entries(asMap(patternProperties)).find(([p]) => new RegExp(p).test(key));
    const known = asMap(properties)[key] ?? pattern?.[1] ?? additionalProperties;
    if (known === false) wrong.push(`${path}.${key}`);
    else if (known !== undefined) wrong.push(...mismatches(one, known, root, `${path}.${key}`));
  }
  return wrong;
}

function matches(value: unknown, json: Json): boolean {
  const { type, pattern, const: only, enum: words, minimum, maximum, minItems, minLength } = json;
  if (only !== undefined && value !== only) return false;
  if (words !== undefined && !asList(words).includes(value)) return false;
  const types = typeof type === 'string' ? [type] : asList(type);
  if (types.length > 0 && !types.some((one) => isOf(value, one))) return false;
  if (typeof value === 'string') {
    if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) return false;
    return typeof minLength !== 'number' || value.length >= minLength;
  }
  if (typeof value === 'number') {
    return !(Number(minimum) > value) && !(Number(maximum) < value);
  }
  return !Array.isArray(value) || typeof minItems !== 'number' || value.length >= minItems;
}

function isOf(value: unknown, type: unknown): boolean {
  if (type === 'object') return isMap(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === 'null' ? value === null : typeof value === type;
}

const definition = (ref: string, root: unknown): unknown =>
  ref
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((node, key) => asMap(node)[key], root);
