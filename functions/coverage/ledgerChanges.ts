import * as z from 'zod/mini';
import { anyDay } from '../ledger/keys.ts';
import { parsedJson } from '../ledger/lanes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { states } from '../ledger/notification.ts';
import { anyOf } from '../ledger/store.ts';
import type { Action, Method } from '../recognise/change.ts';
import type { LedgerChange } from './explain.ts';

const json = z.pipe(z.string(), z.transform(parsedJson));
const target = z.pipe(
  json,
  z.object({ id: z.nullish(z.string()), userPrincipalName: z.nullish(z.string()) }),
);
const text = z.string();
const changes = z.pipe(
  json,
  z.array(
    z.object({
      time: text,
      action: text,
      method: text,
      alternatives: z.nullish(z.array(text)),
      late: z.nullish(z.object({ action: z.nullish(text), method: z.nullish(text) })),
    }),
  ),
);
const stored = z.object({
  target,
  changes,
  test: z.nullish(z.boolean()),
  followUp: z.nullish(text),
  summary: z.optional(z.unknown()),
});

/** What the ledger has of people, by their object ids, or by their names where its rows give no id. */
interface LedgerChanges {
  readonly byId: ReadonlyMap<string, readonly LedgerChange[]>;
  /** In lower case. */
  readonly byName: ReadonlyMap<string, readonly LedgerChange[]>;
}

/**
 * Every change that was told, is still due, or was visibly not told since a day, whatever the state of its
 * notification. What this version can't read is left out. Throws `StorageFailure`.
 */
export async function readChanges(
  ledger: Ledger,
  fromDay: string,
  ids: ReadonlySet<string>,
): Promise<LedgerChanges> {
  const byId = new Map<string, LedgerChange[]>();
  const byName = new Map<string, LedgerChange[]>();
  const query = {
    partitions: { from: fromDay, ...anyDay },
    where: [anyOf('state', ...states)],
    select: ['target', 'changes', 'test', 'followUp', 'summary'],
  };
  for await (const row of ledger.store.query(query)) {
    const { data } = stored.safeParse(row);
    // A test changed nothing, a follow-up tells others of what its own row has, and a summary is about others.
    if (!data || data.test || data.followUp || data.summary !== undefined) continue;
    const id = data.target.id?.toLowerCase();
    const name = data.target.userPrincipalName?.toLowerCase();
    const [map, key] = id ? [byId, id] : [byName, name];
    // Without either it is nobody's.
    if (!key || (id && !ids.has(id))) continue;
    const found = map.get(key) ?? [];
    found.push(...data.changes.map(asChange));
    map.set(key, found);
  }
  return { byId, byName };
}

type StoredChange = z.output<typeof changes>[number];

const asChange = ({ time, action, method, alternatives, late }: StoredChange): LedgerChange => ({
  time,
  actions: [action, ...(late?.action ? [late.action] : [])] as Action[],
  methods: [method, ...(alternatives ?? []), ...(late?.method ? [late.method] : [])] as Method[],
});
