import { recordQuery } from '../../functions/audit/pages.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { sayMerged } from '../../functions/intake/merge.ts';
import { rulesFor } from '../../functions/intake/understand.ts';
import { type SeenAudit, seenAudit } from '../../functions/ledger/entity.ts';
import { explainRow } from '../../functions/ledger/explainRow.ts';
import { anyDay, reference } from '../../functions/ledger/keys.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { asidePartition } from '../../functions/ledger/ledgerState.ts';
import { said } from '../../functions/ledger/sentence.ts';
import { anyOf, partition } from '../../functions/ledger/store.ts';
import type { Explanation } from '../../functions/recognise/explain.ts';
import { isUnparsable, parseAuditRecord } from '../../functions/recognise/record.ts';
import { type Rooms, readingRoom } from '../../functions/rooms.ts';
import { columns } from '../columns.ts';
import { exitCodes } from '../command.ts';
import type { LedgerCommand } from './command.ts';
import { nameOf } from './list.ts';
import { short } from './times.ts';

export const explainAudit: LedgerCommand = {
  summary: 'why a record of the audit log was told, or was not',
  does: `What became of one record of the audit log: what the ledger has of it, and how the record is understood
now, which is fetched from Graph for this. The log keeps records for 30 days at most. Reads only.`,
  example: 'Directory_5c8b…_123',
  found: 'neither the ledger nor the log has it',
  define: (command) => command.argument('<audit-id>', 'id of the record, in quotes: it has spaces'),
  async run(given, rooms) {
    const id = given.positionals[0]?.trim() ?? '';
    const { config, graph, ledger } = rooms;
    const seen = await findSeen(id, ledger);
    const keptAside = seen ? undefined : await findKeptAside(id, ledger);
    const fetched = await fetchRecord(id, graph);
    const story =
      fetched.kind === 'found'
        ? await explainRow(fetched.record, await rulesOf(fetched.record, rooms), ledger)
        : undefined;
    const row = seen ?? story?.seen;
    const stored = row?.notification && (await ledger.get(row.notification));
    const told = stored && {
      reference: reference(stored.notification),
      state: stored.notification.state,
      ...said(stored.notification.outcome),
    };
    const explanation = story?.explanation;
    const neither = !row && !keptAside && fetched.kind !== 'found';
    const lines = [
      ...ledgerLines(row, told, keptAside, config.RETENTION_DAYS),
      '',
      ...(explanation ? explanationLines(explanation) : [fetched.says]),
    ];
    return {
      text: lines.join('\n'),
      json: {
        auditId: id,
        ledger: row ?? null,
        notification: told ?? null,
        keptAside: keptAside ?? null,
        log: fetched.kind,
        explanation: explanation ?? null,
      },
      code: neither ? exitCodes.found : exitCodes.well,
    };
  },
};

/** As the app would understand it now. */
async function rulesOf(row: unknown, rooms: Rooms) {
  const room = readingRoom(rooms);
  const record = parseAuditRecord(row);
  const rules = await rulesFor(isUnparsable(record) ? [] : [record], room);
  return { ...rules, ...(room.sync && { sync: await room.sync() }) };
}

type Told = { reference: string; state: string; outcome: string | null } | undefined;

/** A key needs the time, which nobody gives: the ids of all rows are looked through. */
async function findSeen(id: string, ledger: Ledger): Promise<SeenAudit | undefined> {
  // Ids are stored cut.
  const query = { partitions: anyDay, where: [anyOf('auditId', id.slice(0, 1024))] };
  for await (const row of ledger.store.query(query)) return seenAudit(row);
  return undefined;
}

/** The reason why it could not be parsed. */
async function findKeptAside(id: string, ledger: Ledger): Promise<string | undefined> {
  for await (const { raw, reason } of ledger.store.query(partition(asidePartition))) {
    if (String(raw).includes(`"id":${JSON.stringify(id)}`)) return String(reason);
  }
  return undefined;
}

type Fetched =
  | { readonly kind: 'found'; readonly record: unknown; readonly says: '' }
  | { readonly kind: 'absent' | 'notRead'; readonly says: string };

async function fetchRecord(id: string, graph: Graph): Promise<Fetched> {
  try {
    const { value } = Object(await graph.get(recordQuery(id))) as { value?: unknown };
    if (Array.isArray(value) && value.length > 0) {
      return { kind: 'found', record: value[0], says: '' };
    }
    const says =
      'The audit log has no such record: it is older than 30 days, or the id is another.';
    return { kind: 'absent', says };
  } catch (failure) {
    if (!(failure instanceof GraphFailure)) throw failure;
    const needs =
      failure.kind === 'denied'
        ? ' (this takes AuditLog.Read.All, and a role such as Reports Reader)'
        : '';
    const says = `The audit log could not be asked: ${failure.message}${needs}.`;
    return { kind: 'notRead', says };
  }
}

function ledgerLines(
  row: SeenAudit | undefined,
  told: Told,
  keptAside: string | undefined,
  retentionDays: number,
): string[] {
  if (keptAside) return [`The ledger kept it aside: it could not be parsed. ${keptAside}`];
  if (!row) {
    const why = 'never read, not worth remembering, erased, or purged';
    return [`The ledger has no such record of its ${retentionDays} days: ${why}.`];
  }
  const notification = told
    ? `${told.reference}, ${told.state}${told.outcome ? `: ${told.outcome}` : ''}`
    : row.notification
      ? 'deleted since'
      : 'none';
  return [
    'In the ledger:',
    columns([
      ['  activity', `${row.activity} (${row.service || 'no service'})`],
      ['  time', short(row.key)],
      ['  taken for', `${row.verdict}: ${row.why}`],
      ...(row.merged ? [['  why merged', sayMerged(row.merged)]] : []),
      ['  notification', notification],
    ]),
  ];
}

function explanationLines(explanation: Explanation): string[] {
  if (!explanation.parsed)
    return [`In the audit log, but it can't be parsed: ${explanation.reason}`];
  const { activity, service, reason, result, listed, differences, named, initiator } = explanation;
  const methods = (of: typeof differences) => of.map(nameOf).join(', ') || 'none';
  return [
    'As the audit log has it, understood with the settings of now:',
    columns([
      ['  activity', `${activity} (${service || 'no service'})`],
      ['  result', [result, reason].filter(Boolean).join(': ') || 'not said'],
      [
        '  in the catalogue',
        listed ? `${listed.activity}: ${listed.telling}, ${listed.why}` : 'no',
      ],
      ['  properties changed', methods(differences)],
      ['  words name', named.method],
      ['  user', explanation.target?.id ?? explanation.target?.userPrincipalName ?? 'none'],
      ['  made by', [initiator?.kind ?? 'unknown', initiator?.id ?? ''].join(' ').trim()],
      ['  verdict', `${explanation.verdict}: ${explanation.why}`],
      ['  changes', methods(explanation.changes)],
    ]),
  ];
}
