import {
  type Authenticator,
  type Authenticators,
  entriesOf,
} from '../../functions/passkeys/authenticator.ts';

/**
 * What a new list changes, one line each, for whoever reviews it. Throws an Error that names every id
 * and every warning that it would lose.
 */
export function changesIn(before: Authenticators, after: Authenticators): readonly string[] {
  const [old, current] = [entriesOf(before), entriesOf(after)];
  const lost = [...old.values()].flatMap((entry) => lostOf(entry, current.get(entry.aaguid)));
  if (lost.length > 0) {
    const fix = 'Nothing was written. Keep what the lists drop in tools/authenticators/more.tsv';
    throw new Error(`${lost.length} would be lost:\n  ${lost.join('\n  ')}\n${fix}`);
  }
  return [...current.values()].flatMap((entry) => {
    const was = old.get(entry.aaguid);
    if (!was) return [`+ ${entry.aaguid} ${textOf(entry)}`];
    return textOf(was) === textOf(entry)
      ? []
      : [`~ ${entry.aaguid} ${textOf(was)} → ${textOf(entry)}`];
  });
}

/** A warning that goes is as grave as an id that goes. */
function lostOf(was: Authenticator, is: Authenticator | undefined): readonly string[] {
  if (!is) return [`${was.aaguid} ${textOf(was)}`];
  const left = new Set(is.advisories.map(({ id }) => id));
  return [
    ...(was.kind === 'program' && is.kind !== 'program' ? [`${was.aaguid} made for tests`] : []),
    ...was.advisories.flatMap(({ id }) => (left.has(id) ? [] : [`${was.aaguid} ${id}`])),
  ];
}

const textOf = ({ name, kind, source, place, advisories }: Authenticator): string =>
  `${name ?? 'no name'} (${[kind, source, place, ...advisories.map(({ id }) => id)].filter(Boolean).join(', ')})`;
