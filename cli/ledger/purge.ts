import { reference } from '../../functions/ledger/keys.ts';
import { LedgerConflict } from '../../functions/ledger/ledger.ts';
import type { Notification, StoredNotification } from '../../functions/ledger/notification.ts';
import type { StoredRow } from '../../functions/ledger/store.ts';
import { columns } from '../columns.ts';
import { exitCodes, UsageError } from '../command.ts';
import { type LedgerCommand, textOf } from './command.ts';
import { type Erasure, erase, planErasure } from './erasure.ts';
import { identify } from './identity.ts';
import { short } from './times.ts';

export const purge: LedgerCommand = {
  summary: 'erases what the ledger holds of a person, who asked for it',
  does: `Erases what the ledger holds of one person. Without --yes it only says what it would touch.

Notifications to the person are deleted, and as the one who acted, they are taken out of notifications to
others. Rows of the audit log that may be read again are kept without what they say, so that no change is told
a second time; they go after RETENTION_DAYS. What is not final yet is left: purge again when it is. Not touched:
mails, Entra's own log, and the telemetry of the functions.`,
  example: '--user adele@contoso.com',
  found: 'without --yes: nothing was done; with it: something was left',
  define: (command) =>
    command
      .option('--user <id>', 'object id, or user principal name')
      .option('--yes', "do it. It can't be undone"),
  async run(given, { config, ledger, now }, register) {
    const user = textOf(given, 'user');
    if (!user)
      throw new UsageError('--user is missing. Give an object id, or a user principal name');
    const yes = given.values['yes'] === true;
    const them = await identify(user, ledger);
    const plan = await planErasure(them, ledger, config.OVERLAP_MINUTES, now());
    const methods = them.id ? await register.find(them.id) : undefined;
    const touched = { ...count(plan), methodsDeleted: methods ? 1 : 0 };
    const json = {
      user: { id: them.id ?? null, userPrincipalNames: [...them.userPrincipalNames] },
      rereadFrom: plan.rereadFrom,
      ...touched,
      open: plan.open.map(openOne),
      unreadable: plan.unreadable.map(({ partitionKey: day, rowKey: key }) => ({ day, key })),
    };
    const nothing =
      !methods &&
      Object.values(plan).every((part) => typeof part === 'string' || part.length === 0);
    const byName = them.id === undefined;
    if (nothing) {
      const text = byName
        ? `By this name the ledger holds nothing of ${user}. ${unfound}`
        : `The ledger holds nothing of ${user}.`;
      const code = byName ? exitCodes.found : exitCodes.well;
      return { text, json: { ...json, erased: false }, code };
    }
    const held = [describe(user, plan, methods), ...(byName ? [unfound] : [])].join('\n');
    if (!yes) {
      const text = `${held}\n\nNothing was touched. To do this, add --yes.`;
      return { text, json: { ...json, erased: false }, code: exitCodes.found };
    }
    try {
      await erase(plan, them, ledger);
      if (methods) await register.store.remove(methods, methods.etag);
    } catch (error) {
      if (!(error instanceof LedgerConflict)) throw error;
      throw new UsageError('A row was moved meanwhile, so not everything is erased. Purge again');
    }
    const again = plan.open.length > 0;
    const done = again ? 'Done, but for what is not final. Purge again when it is.' : 'Done.';
    const left = again || byName || plan.unreadable.length > 0;
    return {
      text: `${held}\n\n${done}`,
      json: { ...json, erased: true },
      code: left ? exitCodes.found : exitCodes.well,
    };
  },
};

/** Where no row joins the name with an object id. */
const unfound =
  'What it keeps by object id alone was not looked for: kinds of methods, other addresses. Give the object id.';

const openOne = (row: Notification) => ({ reference: reference(row), state: row.state });

const byState = (rows: readonly StoredNotification[]) =>
  Object.fromEntries(
    [...Map.groupBy(rows, ({ notification }) => notification.state)].map(([state, of]) => [
      state,
      of.length,
    ]),
  );

const count = (plan: Erasure) => ({
  notificationsDeleted: byState(plan.own),
  notificationsBlanked: byState(plan.mentions),
  auditRowsDeleted: plan.oldAudits.length,
  auditRowsBlanked: plan.youngAudits.length,
  keptAsideDeleted: plan.oldAside.length,
  keptAsideBlanked: plan.youngAside.length,
  addressChangesDeleted: plan.oldAddresses.length,
  addressChangesBlanked: plan.youngAddresses.length,
  copyCountsDeleted: plan.copies.length,
});

function describe(user: string, plan: Erasure, methods: StoredRow | undefined): string {
  const states = (rows: readonly StoredNotification[]) =>
    Object.entries(byState(rows))
      .map(([state, number]) => `${number} ${state}`)
      .join(', ') || 'none';
  const reread = `since ${short(plan.rereadFrom)}, which may be read again`;
  const rows = [
    ['  notifications to them', 'deleted', states(plan.own)],
    ['  notifications to others', 'they are taken out', states(plan.mentions)],
    ['  audit rows', 'deleted', String(plan.oldAudits.length)],
    [`  audit rows ${reread}`, 'blanked', String(plan.youngAudits.length)],
    ['  rows kept aside', 'deleted', String(plan.oldAside.length)],
    [`  rows kept aside ${reread}`, 'blanked', String(plan.youngAside.length)],
    ['  changes of their other addresses', 'deleted', String(plan.oldAddresses.length)],
    ['  such changes of the last 30 days', 'hashed', String(plan.youngAddresses.length)],
    ['  counts of copies to them as a manager', 'deleted', String(plan.copies.length)],
    ['  kinds of their methods, until the next look', 'deleted', methods ? '1' : '0'],
  ];
  const open = plan.open.map((row) => `${reference(row)} (${row.state})`).join(', ');
  return [
    `What the ledger holds of ${user}:`,
    columns(rows),
    ...(open ? [`Not final, so left as it is: ${open}.`] : []),
    ...plan.unreadable.map(({ rowKey }) => `Left, for this version can't read it: ${rowKey}.`),
  ].join('\n');
}
