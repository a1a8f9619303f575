import { states } from '../../functions/ledger/notification.ts';
import { columns } from '../columns.ts';
import { some } from '../section.ts';
import { span } from '../span.ts';
import type { StatusFacts } from './attention.ts';
import { short } from './times.ts';

/** What `status` found, for people. */
export function describe(facts: StatusFacts, attention: readonly string[]): string {
  const { at, since, counts, open, unparsable, senders } = facts;
  const time = Date.parse(at);
  const ago = (then: string) => `${short(then)}, ${span(time - Date.parse(then))} ago`;
  const { oldest } = open;
  const waiting = oldest && [
    `the oldest is ${oldest.reference}, ${oldest.state}, recorded ${ago(oldest.recordedAt)},`,
    `due ${short(oldest.dueAt)}${oldest.note ? ` (${oldest.note})` : ''}`,
  ];
  const rows = [
    ...facts.reading.map(({ watch, readTo, watermark }) => [
      watch === 'watched' ? 'Audit log' : 'Update user',
      readTo && watermark
        ? `read up to ${ago(readTo)}; newest row ${short(watermark)}`
        : 'never read',
    ]),
    ['Daily reading', choresLine(facts)],
    ['Open', waiting ? `${open.count}, ${open.overdue} overdue; ${waiting.join(' ')}` : 'none'],
    [
      'Kept aside',
      `${some(unparsable.kept, 'row')} that could not be parsed, ${unparsable.inWindow} since ${short(since)}`,
    ],
  ];
  const senderRows = senders.map(({ mailbox, sent, open, failed, nextFreeSlot }) => [
    `  ${mailbox}`,
    `${sent} sent`,
    `${open} open`,
    `${failed} failed`,
    nextFreeSlot && Date.parse(nextFreeSlot) > time
      ? `next free slot ${short(nextFreeSlot)}`
      : 'free now',
  ]);
  return [
    columns(rows),
    '',
    `Of activities since ${short(since)}:`,
    columns([states.map((state) => `  ${state}`), states.map((state) => `  ${counts[state]}`)]),
    '',
    'By mailbox:',
    columns(senderRows),
    '',
    ...(attention.length > 0
      ? ['Needs attention:', ...attention.map((one) => `  ${one}`)]
      : ['All is well.']),
  ].join('\n');
}

function choresLine({ chores }: StatusFacts): string {
  if (!chores) return 'not done yet';
  if (chores.done) return `done on ${chores.day}`;
  return `of ${chores.day}, goes on from ${short(chores.resumeFrom ?? chores.updateUserFrom ?? '')}`;
}
