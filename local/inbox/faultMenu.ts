import type { FaultKinds, FaultTarget } from '../graph/faults.ts';

/** What can go wrong, in words: every kind of every endpoint. */
export const faultMenu: {
  readonly [T in FaultTarget]: {
    readonly title: string;
    readonly kinds: Readonly<Record<FaultKinds[T], string>>;
  };
} = {
  identity: {
    title: 'Getting tokens',
    kinds: {
      refused: 'No identity is assigned (400)',
      '429': 'Too many requests (429)',
      '500': 'Internal error (500)',
      reset: 'Connection lost',
      hang: 'No answer at all',
      html: 'A web page in the place of a token',
      cut: 'The answer breaks off',
      slow: 'It takes three seconds',
      shortLived: 'Tokens end after two minutes',
      expired: 'Tokens are over already',
    },
  },
  audit: {
    title: 'Reading the audit log',
    kinds: {
      '401': 'The token is not accepted (401)',
      '429': 'Too many requests (429)',
      '500': 'Internal error (500)',
      '503': 'Unavailable (503)',
      '504': 'Gateway timeout (504)',
      html: 'A proxy answers with a web page',
      cut: 'The answer breaks off',
      hang: 'No answer at all',
      loop: 'The next page is the same page',
      malformedRecord: 'One record is malformed',
      emptyPage: 'The first page is empty',
      overlappingPages: 'One record is on two pages',
      consentMissing: 'AuditLog.Read.All is not granted',
      stale: 'No row of the last day',
      withoutRetryAfter: '429 without Retry-After',
    },
  },
  registrations: {
    title: 'Reading who has registered what',
    kinds: {
      '401': 'The token is not accepted (401)',
      '429': 'Too many requests (429)',
      '500': 'Internal error (500)',
      '503': 'Unavailable (503)',
      '504': 'Gateway timeout (504)',
      html: 'A proxy answers with a web page',
      cut: 'The answer breaks off',
      hang: 'No answer at all',
      loop: 'The next page is the same page',
      half: 'It ends after the first page',
      blank: 'Nobody has a method',
      notPremium: 'The tenant has no licence, Graph says (403)',
      consentMissing: 'AuditLog.Read.All is not granted',
    },
  },
  sendMail: {
    title: 'Sending mail',
    kinds: {
      '401': 'The token is not accepted (401)',
      '429': 'Too many requests (429)',
      '503': 'Unavailable (503), nothing sent',
      '503kept': 'Unavailable (503), yet sent',
      '504': 'Gateway timeout (504), nothing sent',
      '504kept': 'Gateway timeout (504), yet sent',
      resetBefore: 'Connection lost, nothing sent',
      resetAfter: 'Connection lost, yet sent',
      consentMissing: 'Mail.Send is not granted',
      sendAsDenied: 'The mailbox may not send',
      submissionBlocked: 'Exchange blocked the mailbox',
      noMailbox: 'The mailbox is disabled',
      tenantWide: 'Mail.Send is granted for every mailbox',
      hang: 'No answer at all, nothing sent',
      hangKept: 'No answer at all, yet sent',
    },
  },
  users: {
    title: 'Looking people up',
    kinds: {
      '401': 'The token is not accepted (401)',
      '404': 'Nobody is found (404)',
      '429': 'Too many requests (429)',
      '503': 'Unavailable (503)',
      consentMissing: 'Directory.Read.All is not granted',
      hang: 'No answer at all',
    },
  },
  memberGroups: {
    title: 'Checking groups',
    kinds: {
      '401': 'The token is not accepted (401)',
      '429': 'Too many requests (429)',
      '503': 'Unavailable (503)',
      consentMissing: 'GroupMember.Read.All is not granted',
      hang: 'No answer at all',
    },
  },
  sentItems: {
    title: 'Looking into Sent Items',
    kinds: {
      '401': 'The token is not accepted (401)',
      '503': 'Unavailable (503)',
      consentMissing: 'Mail.ReadBasic is not granted',
      hang: 'No answer at all',
    },
  },
  messageTraces: {
    title: 'Looking where mails arrived',
    kinds: {
      '401': 'The token is not accepted (401)',
      '429': 'Too many requests (429)',
      '503': 'Unavailable (503)',
      consentMissing: 'ExchangeMessageTrace.Read.All is not granted',
      hang: 'No answer at all',
    },
  },
  methods: {
    title: 'Looking passkeys up',
    kinds: {
      '401': 'The token is not accepted (401)',
      '404': 'Nobody is found (404)',
      '429': 'Too many requests (429)',
      '503': 'Unavailable (503)',
      consentMissing: 'UserAuthMethod-Passkey.Read.All is not granted',
      hang: 'No answer at all',
    },
  },
};
