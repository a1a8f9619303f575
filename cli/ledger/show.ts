import type { SeenAudit } from '../../functions/ledger/entity.ts';
import { reference } from '../../functions/ledger/keys.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { inWords, sentence } from '../../functions/ledger/sentence.ts';
import { columns } from '../columns.ts';
import { exitCodes } from '../command.ts';
import { filled } from '../program.ts';
import { writePrivately } from '../writePrivately.ts';
import { type LedgerCommand, textOf } from './command.ts';
import { nameOf } from './list.ts';
import { type Rendering, renderNow } from './renderNow.ts';
import { findNotification } from './review.ts';
import { short, sinceOf } from './times.ts';

export const show: LedgerCommand = {
  summary: 'the whole story of one notification, and its mail',
  does: `The whole story of one notification: the records of the audit log behind it, the changes, each step, and
the mail as it would be made now, with people as Graph knows them. Reads only.`,
  example: '7F3K-9Q2M',
  define: (command) =>
    command
      .argument('<reference>', 'as the mail gives it (7F3K-9Q2M, in any case), or the row key')
      .option('--since <time>', 'look no further back: 30m, 24h, 7d or a day such as 2026-11-24')
      .option('--html <file>', "write the mail's HTML to this file", filled('the file to write')),
  async run(given, rooms) {
    const [ref = ''] = given.positionals;
    const { ledger, now } = rooms;
    const sinceText = textOf(given, 'since');
    const since = sinceText === undefined ? undefined : sinceOf(sinceText, now());
    const file = textOf(given, 'html');
    // Before the work: a path that can't be written is not found out after it.
    if (file !== undefined) writePrivately(file, '');
    const { notification } = await findNotification(ref, ledger, now(), since);
    const audits = await ledger.auditsOf(notification);
    const rendering = await renderNow(notification, rooms);
    const mail = rendering.prepared.kind === 'mail' ? rendering.prepared.mail : undefined;
    if (file !== undefined && mail) writePrivately(file, mail.html);
    return {
      text: [story(notification, audits), mailText(rendering, file)].join('\n\n'),
      json: {
        reference: reference(notification),
        notification: inWords(notification),
        audits,
        mail: mail ? { subject: mail.subject, text: mail.text, html: mail.html } : null,
        mailOutcome: sentence(causeOf(rendering)),
        mailNote: rendering.note,
      },
      code: exitCodes.well,
    };
  },
};

function story(row: Notification, audits: readonly SeenAudit[]): string {
  const { doubts, suspects = [], leaseUntil } = row;
  const flags = (['urgent', 'bulk', 'test'] as const).filter((flag) => row[flag]);
  const head = [
    ['State', [row.state, ...flags].join(', ')],
    ...(row.authenticatorWarning ? [['Authenticator', row.authenticatorWarning]] : []),
    ['Outcome', sentence(row.outcome) || 'none yet'],
    ...(row.arrival ? [['Arrived', row.arrival]] : []),
    ['User', row.target.id ?? row.target.userPrincipalName ?? 'none'],
    ['Row', row.key],
    ['Mailbox', row.sender || 'none'],
    ['Attempts', `${row.attempts}, put off ${row.deferrals} times; due ${short(row.notBefore)}`],
    ...(leaseUntil ? [['Held until', short(leaseUntil)]] : []),
    ...(row.state === 'sent' || doubts.length === 0 ? [] : [['In doubt', doubts.join(', ')]]),
    ...(suspects.length > 0 ? [['To be looked into', suspects.join(', ')]] : []),
  ];
  return [
    reference(row),
    columns(head),
    '',
    'Changes:',
    columns(row.changes.map((one) => [`  ${short(one.time)}`, nameOf(one), madeBy(one)])),
    '',
    'Audit records:',
    audits.length > 0
      ? columns(
          audits.map(({ key, activity, verdict, auditId, why }) => [
            `  ${short(key)}`,
            verdict,
            activity,
            `${auditId}: ${why}`,
          ]),
        )
      : '  none',
    '',
    'Steps:',
    columns(row.steps.map(({ at, state, cause }) => [`  ${short(at)}`, state, sentence(cause)])),
  ].join('\n');
}

const madeBy = ({ initiator: { kind, id }, held }: Notification['changes'][number]) =>
  [`by ${kind}`, id ?? '', held ? '(held until something confirms it)' : ''].join(' ').trim();

const causeOf = ({ prepared }: Rendering) =>
  prepared.kind === 'mail' ? prepared.outcome : prepared.ending;

function mailText({ prepared, note }: Rendering, file: string | undefined): string {
  const from = note ? ` (${note})` : '';
  if (prepared.kind === 'nobody') {
    return `No mail would be sent now${from}: ${sentence(prepared.ending)}`;
  }
  const addresses = prepared.copies.map(({ address }) => address).join(', ');
  return [
    `The mail as it would be made now${from}:`,
    '',
    columns([
      ['To', prepared.to.address],
      ['Copy', addresses || 'none'],
      ['Subject', prepared.mail.subject],
    ]),
    '',
    file === undefined ? prepared.mail.text.trimEnd() : `Its HTML is in ${file}.`,
  ].join('\n');
}
