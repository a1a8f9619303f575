import { sentence } from '../../functions/ledger/sentence.ts';
import type { RehearsedMail } from './rehearse.ts';

/** The mails for `--json --with-names`: personal data, and untrusted text. */
export const listed = (mails: readonly RehearsedMail[]) =>
  mails.map(({ reference, at, row, to, copies, subject, language }) => ({
    reference,
    at: at.toISOString(),
    target: row.target,
    urgent: row.urgent,
    changes: row.changes.map(({ time, action, method, initiator }) => ({
      time,
      action,
      method,
      initiator,
    })),
    to,
    copies,
    subject,
    language,
    outcome: sentence(row.outcome),
    reason: row.outcome?.reason ?? null,
  }));
