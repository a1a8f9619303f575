import type { SecurityInfoChange } from '../recognise/change.ts';
import type { MailFacts } from './facts.ts';

/**
 * What a mail tells outside of the organisation: what happened, when, and by which kind of hand. No IP
 * address, no browser, no names of people, keys and devices, and of the account its first letter: others may
 * write the directory that the address is from. Pure.
 */
export const forOutside = (facts: MailFacts): MailFacts => ({
  ...facts,
  outside: true,
  account: shortened(facts.account.userPrincipalName),
  changes: facts.changes.map(inBrief),
});

/** `A…@contoso.com`: enough for who has the account. */
function shortened(userPrincipalName: string | undefined): MailFacts['account'] {
  const [, first, domain] = /^([\p{L}\p{N}])[^@]*@([^@]+)$/u.exec(userPrincipalName ?? '') ?? [];
  return first && domain ? { userPrincipalName: `${first}…@${domain}` } : {};
}

function inBrief({ details, initiator, ...change }: SecurityInfoChange): SecurityInfoChange {
  const { ipAddress: _, userAgent: __, correlationId: ___, ...rest } = change;
  const { phoneType, temporaryAccessPass, passkey } = details;
  const { aaguid, attestation, type } = passkey ?? {};
  return {
    ...rest,
    initiator: { kind: initiator.kind },
    details: {
      ...(phoneType && { phoneType }),
      ...(temporaryAccessPass && { temporaryAccessPass }),
      ...(passkey && {
        passkey: {
          ...(aaguid && { aaguid }),
          ...(attestation && { attestation }),
          ...(type && { type }),
        },
      }),
    },
  };
}
