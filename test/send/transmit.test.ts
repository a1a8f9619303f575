import { expect, test } from 'vitest';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { addressHash } from '../../functions/people/address.ts';
import type { Mail } from '../../functions/send/prepare.ts';
import { transmit } from '../../functions/send/transmit.ts';
import { newRow } from '../lab/machine/newRow.ts';

const now = new Date('2026-11-24T09:00:00Z');
const [manager, team] = [{ address: 'manager@contoso.com' }, { address: 'soc@contoso.com' }];
const prepared: Mail = {
  kind: 'mail',
  to: { address: 'adele@contoso.com' },
  copies: [manager, team],
  manager,
  mail: { subject: 'Passkey added', html: '<p>Text</p>', text: 'Text' },
  language: 'en',
  outcome: { reason: 'userTold', manager: 'inCopy', team: 'inCopy' },
  outcomeAlone: { reason: 'userTold', withoutCopies: 'any' },
};

/** Whom a mail is offered to where Exchange refuses one of these, and what comes of it. */
async function offered(refused: string) {
  const offers: (string | undefined)[] = [];
  const sendMail = async (_: string, mime: Buffer) => {
    offers.push(/^Cc: (.*)/m.exec(mime.toString())?.[1]?.trim());
    if (!mime.includes(refused)) return;
    throw new GraphFailure('invalid', { status: 400, code: 'ErrorInvalidRecipients' });
  };
  const { outcome } = await transmit(
    { ...newRow(0, now), sender: 'security@contoso.com' },
    prepared,
    { until: new Date(now.getTime() + 90_000), retryMs: 1000 },
    {
      graph: { sendMail },
      organizationName: 'Contoso',
      replyTo: undefined,
      messageDomain: 'contoso.com',
      now: () => now,
      wait: async () => {},
    },
  );
  return { offers, outcome, ending: outcome.kind === 'ended' && outcome.ending };
}
const all = `${manager.address}, ${team.address}`;

test('the manager’s copy is left out first, then all of them', async () => {
  expect(await offered(manager.address)).toMatchObject({
    offers: [all, team.address],
    ending: { state: 'sent', reason: 'userTold', withoutCopies: 'manager', team: 'inCopy' },
  });
  expect(await offered(team.address)).toMatchObject({
    offers: [all, team.address, undefined],
    ending: { state: 'sent', reason: 'userTold', withoutCopies: 'any' },
  });
});

test('where the user’s own address is refused, others are to be told, at once', async () => {
  const { offers, outcome } = await offered('adele@contoso.com');
  expect(offers).toEqual([all, team.address, undefined]);
  expect(outcome).toEqual({
    kind: 'refused',
    retryAt: now,
    cause: { reason: 'recipientRefused', answer: '400 ErrorInvalidRecipients' },
    recipient: addressHash('adele@contoso.com'),
  });
});
