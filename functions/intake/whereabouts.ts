import type { StoredNotification } from '../ledger/notification.ts';
import type { ChangeTarget, SecurityInfoChange } from '../recognise/change.ts';
import { decideInitiator, homeName } from '../recognise/initiator.ts';
import type { Verdict } from '../recognise/recognise.ts';
import type { AuditRecord } from '../recognise/record.ts';
import { targetOf } from '../recognise/target.ts';
import { correlatedMs } from './merge.ts';

interface Row {
  readonly record: AuditRecord;
  readonly verdict: Verdict;
}

/**
 * What the rows of a page say of who is who: which object id goes with which name, and whom the rows of
 * a correlation id are about. Completes what another row leaves out.
 */
export class Whereabouts {
  /** Name → object id; undefined where rows contradict each other. */
  readonly #ids = new Map<string, string | undefined>();
  readonly #names = new Map<string, string | undefined>();
  /** The same of who acted: of guests it is the name of home. */
  readonly #actors = new Map<string, string | undefined>();
  /** Names of those whom rows are about: of accounts of this directory. */
  readonly #own = new Set<string>();
  readonly #correlated = new Map<
    string,
    { readonly time: number; readonly target: ChangeTarget }[]
  >();

  constructor(rows: readonly Row[], existing: () => Iterable<StoredNotification>) {
    // Only where something is left open: nearly all rows say all.
    const open = rows.filter(
      ({ verdict }) =>
        'changes' in verdict &&
        verdict.changes.some(({ target }) => !target.id || !target.userPrincipalName),
    );
    if (open.length === 0) return;
    for (const { notification } of existing()) {
      for (const { target, time, evidence = [] } of notification.changes) {
        this.#learn(target);
        for (const { correlationId } of evidence) this.#note(correlationId, time, target);
      }
    }
    for (const { record } of rows) {
      const { id, userPrincipalName } = record.initiatedBy?.user ?? {};
      if (id && userPrincipalName) {
        this.#learn({ id, userPrincipalName });
        put(this.#actors, userPrincipalName.toLowerCase(), id);
      }
      for (const one of record.targetResources ?? []) {
        if (one.userPrincipalName) this.#own.add(one.userPrincipalName.toLowerCase());
      }
      const target = targetOf(record);
      if (!target) continue;
      this.#learn(target);
      this.#note(record.correlationId, record.activityDateTime, target);
    }
  }

  /** The change with all that is known of its target; undefined where nobody knows whose it is. */
  complete(change: SecurityInfoChange): SecurityInfoChange | undefined {
    const { id, userPrincipalName } = change.target;
    if (id && userPrincipalName) return change;
    if (!id && !userPrincipalName) {
      const target = this.#byCorrelation(change);
      return target && aboutThem(change, target);
    }
    const known = id ? this.#names.get(id.toLowerCase()) : this.#idOf(userPrincipalName ?? '');
    if (!known) return change;
    const more = id ? { userPrincipalName: known } : { id: known };
    return aboutThem(change, { ...change.target, ...more });
  }

  /**
   * A guest is known by the name of home too, under which they act, and nobody by a guest's form of their name:
   * anybody's account may bear it.
   */
  #idOf(name: string): string | undefined {
    const known = this.#ids.get(name.toLowerCase());
    if (known) return known;
    const home = homeName(name);
    return this.#own.has(home) ? undefined : this.#actors.get(home);
  }

  #learn({ id, userPrincipalName }: ChangeTarget) {
    if (!id || !userPrincipalName) return;
    put(this.#ids, userPrincipalName.toLowerCase(), id);
    put(this.#names, id.toLowerCase(), userPrincipalName);
  }

  #note(correlationId: string | null | undefined, time: string, target: ChangeTarget) {
    if (!correlationId) return;
    const noted = { time: Date.parse(time), target };
    const known = this.#correlated.get(correlationId);
    if (known) known.push(noted);
    else this.#correlated.set(correlationId, [noted]);
  }

  /** Whom the other rows of the correlation id are about, if it is one person. */
  #byCorrelation({ correlationId = '', time }: SecurityInfoChange): ChangeTarget | undefined {
    const near = (this.#correlated.get(correlationId) ?? []).filter(
      (one) => Math.abs(one.time - Date.parse(time)) <= correlatedMs,
    );
    const people = new Set(
      near.map(({ target: { id, userPrincipalName: name = '' } }) =>
        (id ?? this.#idOf(name) ?? name).toLowerCase(),
      ),
    );
    const full = near.find(({ target }) => target.id) ?? near[0];
    return people.size === 1 ? full?.target : undefined;
  }
}

const aboutThem = (change: SecurityInfoChange, target: ChangeTarget): SecurityInfoChange => ({
  ...change,
  target,
  initiator: decideInitiator(change.initiator, target),
});

/** A name that goes with two ids says nothing. */
function put(map: Map<string, string | undefined>, key: string, value: string) {
  if (map.has(key) && map.get(key)?.toLowerCase() !== value.toLowerCase()) map.set(key, undefined);
  else map.set(key, value);
}
