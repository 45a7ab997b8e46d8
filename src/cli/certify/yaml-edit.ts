/**
 * Puts settings of one service into the text of a drover.yaml or drover.json, and touches
 * nothing else: comments, order and form stay. What came out is read again and compared. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { SupervisorError } from '../../services/errors.ts';
import { durationText } from './proposals.ts';
import type { Proposal } from './result.ts';

type Keys = readonly (string | number)[];

/** Throws `not-editable`. */
export function withProposals(
  text: string,
  service: string,
  proposals: readonly Proposal[],
): string {
  let edited = text;
  for (const { setting, toMs } of proposals.filter(({ isChange }) => isChange)) {
    edited = withSetting(edited, service, setting, durationText(toMs));
  }
  return edited;
}

function withSetting(text: string, service: string, setting: Proposal['setting'], value: string) {
  const document = parse(text);
  const root = document.getIn(['services', service], true);
  if (!isMap(root)) throw refusal(service, 'it is not written as a map of its own');
  const keys = setting === 'ready.timeout' ? ['ready', 'timeout'] : graceOf(root);
  const edited = put(text, root, keys, value, service);
  const wanted = document.clone();
  wanted.setIn(['services', service, ...keys], value);
  if (!isDeepStrictEqual(parse(edited).toJS(), wanted.toJS())) {
    throw refusal(service, 'its form is not one that can be edited safely');
  }
  return edited;
}

/** Wherever the service says it already. */
function graceOf(service: YAMLMap): Keys {
  if (service.has('stop_grace_period')) return ['stop_grace_period'];
  const stop = service.get('stop', true);
  if (!isMap(stop)) return ['stop_grace_period'];
  return isSeq(stop.get('steps', true)) ? ['stop', 'steps', 0, 'wait'] : ['stop', 'grace_period'];
}

function put(text: string, map: YAMLMap, keys: Keys, value: string, service: string): string {
  const [key = '', ...rest] = keys;
  const node: unknown = map.get(key, true);
  if (node === undefined || node === null)
    return insert(text, map, String(key), nested(rest, value), service);
  if (isAlias(node))
    throw refusal(service, `"${key}" is an alias of something that others use too`);
  if (rest.length > 0) {
    const inner = isSeq(node) ? node.get(rest[0], true) : node;
    const further = isSeq(node) ? rest.slice(1) : rest;
    if (!isMap(inner)) throw refusal(service, `"${key}" is not written as a map`);
    return put(text, inner, further, value, service);
  }
  if (!isScalar(node) || !node.range || node.anchor !== undefined) {
    throw refusal(service, `"${key}" has an anchor, or is no plain value`);
  }
  if (String(node.value).includes('${')) throw refusal(service, `"${key}" is a variable`);
  const quote = node.type === 'QUOTE_DOUBLE' ? '"' : node.type === 'QUOTE_SINGLE' ? "'" : '';
  return `${text.slice(0, node.range[0])}${quote}${value}${quote}${text.slice(node.range[1])}`;
}

/** What stands behind the first key that is not there yet. */
const nested = (keys: Keys, value: string): readonly string[] => [...keys.map(String), value];

function insert(
  text: string,
  map: YAMLMap,
  key: string,
  behind: readonly string[],
  service: string,
): string {
  const first = map.items[0]?.key;
  if (!isScalar(first) || !first.range) throw refusal(service, 'it is empty');
  const isJson = first.type === 'QUOTE_DOUBLE';
  const entry = written([key, ...behind], isJson);
  // Behind a value whose end is known to the letter; block collections end somewhere in white space.
  const last = map.items.findLast(({ value }) => hasEnd(value));
  const end = last === undefined ? null : endOf(last.value);
  if (map.flow === true) {
    if (end === null) throw refusal(service, 'its form is not one that can be edited safely');
    return `${text.slice(0, end)}, ${entry}${text.slice(end)}`;
  }
  const lineStart = text.lastIndexOf('\n', first.range[0] - 1) + 1;
  const indent = ' '.repeat(first.range[0] - lineStart);
  if (end === null) {
    return `${text.slice(0, first.range[0])}${entry}\n${indent}${text.slice(first.range[0])}`;
  }
  const newline = text.indexOf('\n', end);
  const at = newline === -1 ? text.length : newline;
  return `${text.slice(0, at)}\n${indent}${entry}${text.slice(at)}`;
}

/** `ready: { timeout: 10s }` */
function written([key = '', ...behind]: readonly string[], isJson: boolean): string {
  const quote = (word: string): string => (isJson ? JSON.stringify(word) : word);
  const value = behind.length === 1 ? quote(behind[0] ?? '') : `{ ${written(behind, isJson)} }`;
  return `${quote(key)}: ${value}`;
}

function hasEnd(value: unknown): boolean {
  if (isScalar(value)) {
    return value.type !== 'BLOCK_FOLDED' && value.type !== 'BLOCK_LITERAL' && value.source !== '';
  }
  return (isMap(value) || isSeq(value)) && value.flow === true;
}

const endOf = (value: unknown): number | null =>
  isScalar(value) || isMap(value) || isSeq(value) ? (value.range?.[1] ?? null) : null;

const parse = (text: string): Document.Parsed =>
  parseDocument(text, { version: '1.2', schema: 'core', merge: true });

const refusal = (service: string, why: string): SupervisorError =>
  new SupervisorError(
    'not-editable',
    `cannot write the timeouts of "${service}" into the file: ${why}`,
    'write them yourself, as the report says them',
  );
