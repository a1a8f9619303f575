import { numbers } from '../intl.ts';
import { reference } from '../ledger/keys.ts';
import type { BulkSummary, Notification } from '../ledger/notification.ts';
import { answers, stepList } from './advice.ts';
import { sender } from './compose.ts';
import type { MailSettings } from './facts.ts';
import { whatHappened } from './phrases.ts';
import { initiatorText, timesRow } from './rows.ts';
import { shownAddress } from './sanitise.ts';
import { type FactRow, row as factRow, layoutOf, type MailView, shownRows } from './view.ts';
import { fill, fillPlural, standalone, type Words } from './words.ts';

/** What the security team reads of a bulk change. Pure. */
export function composeSummary(
  row: Notification,
  summary: BulkSummary,
  { mail, DEFAULT_TIME_ZONE }: { readonly mail: MailSettings; readonly DEFAULT_TIME_ZONE: string },
  words: Words,
): MailView {
  const { bulk, labels } = words;
  const given = row.changes[0]?.initiator;
  // Who changes many users is not one of them, even where the rows left that open.
  const kind = given?.kind === 'application' ? given.kind : 'administrator';
  const voice = { words, reader: 'security' } as const;
  const maker = initiatorText({ ...given, kind }, voice);
  const count = fillPlural(bulk.count, summary.users, {}, words);
  const happened = [
    ...new Set((summary.kinds ?? row.changes).map((one) => whatHappened(one, words))),
  ];
  const asked = { yes: words.answers.bulkYes, no: words.answers.bulkNo, isOwnTeam: true };
  const look = sender(mail, words);
  return {
    subject: fill(words.subject, {
      what: bulk.what,
      account: numbers(words.locale).format(summary.users),
    }),
    language: words.language,
    direction: words.direction,
    ...look,
    letters: [
      {
        ...layoutOf(words),
        addressed: '',
        headline: bulk.what,
        notice: '',
        first: shownRows(
          [
            factRow(bulk.accounts, [count]),
            timesRow([{ time: summary.from }, { time: summary.to }], DEFAULT_TIME_ZONE, words),
            factRow(labels.initiator, [maker]),
          ],
          words,
        ),
        // The two are settings of the operators: nothing in the mail can be answered by a click.
        answers: answers({ reference: reference(row) }, withoutReport(mail), asked, words),
        tables: [{ heading: '', rows: shownRows(listed(summary, happened, words), words) }],
        explanation: bulk.why,
        steps: stepList(words.steps.security.title, [bulk.ask, bulk.block, bulk.review], words),
        advisoryTitle: '',
        advisories: [],
        note: '',
        genuine: words.genuine,
        footer: fill(words.footer, { organization: look.organization }),
      },
    ],
  };
}

function withoutReport({ report: _, ...mail }: MailSettings): MailSettings {
  return mail;
}

/** What was changed, and the first accounts that it was changed for. */
function listed(
  { users, accounts = [] }: BulkSummary,
  happened: readonly string[],
  words: Words,
): FactRow[] {
  const named = accounts.map((account) => standalone(shownAddress(account), words));
  const rest = users > named.length ? [words.bulk.rest] : [];
  return [factRow(words.bulk.changes, happened), factRow(words.bulk.accounts, [...named, ...rest])];
}
