import type { Logo } from '../config/logo.ts';
import type { ReportTarget } from '../config/parsers.ts';
import type { OwnNames } from '../passkeys/claim.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';

/** Everything one mail is made of. Display names, user agents and details are untrusted text. */
export interface MailFacts {
  /** Reference that the reader can quote, e.g. `7F3K-9Q2M`. */
  readonly reference: string;
  /** At least one, oldest first. */
  readonly changes: readonly SecurityInfoChange[];
  readonly account: { readonly displayName?: string; readonly userPrincipalName?: string };
  /**
   * `user`: the person concerned reads it; `manager`: they have no mailbox, so the manager does;
   * `security`: nobody but the security team could be told.
   */
  readonly reader: 'user' | 'manager' | 'security';
  /** The manager who gets a copy, or who is the only reader. */
  readonly manager?: {
    readonly displayName?: string;
    readonly isInitiator: boolean;
    /** They get no more copies today. */
    readonly isLastCopy?: boolean;
  };
  /** IANA name. */
  readonly timeZone: string;
  /** BCP 47 tag of a file in `templates/words/`. */
  readonly language: string;
  /** The reader's own tag, with its region: how dates are written. Absent: as the language has them. */
  readonly locale?: string;
  /** The reader asked for a language that there is none of: English stands below. */
  readonly englishBelow?: boolean;
  /** When the mail goes out: one more than 15 minutes after the newest change says so. UTC. */
  readonly toldAt: string;
  /** What the security team reads of: `late`, more became known after the user's mail. */
  readonly followUp?: 'late' | 'gone';
  /** It goes outside: `forOutside` has left out what is nobody's business there. */
  readonly outside?: true;
  /** An operator tries whether mail arrives; nothing was changed. */
  readonly test?: boolean;
}

/** The organisation's words and links, from settings. URLs are checked by the configuration. */
export interface MailSettings {
  /** Empty: the words of each language. */
  readonly organizationName: string;
  /** The phone number to call. Text, never a link. */
  readonly supportPhone?: string;
  readonly supportEmail?: string;
  /** Whom to ask, in words. Empty: by phone or mail, else the words of each language. */
  readonly supportContact?: string;
  readonly securityInfoUrl: string;
  readonly supportUrl?: string;
  /** Where a reader reports what they don't recognise: a mailbox, or a page, with `{reference}`. */
  readonly report?: ReportTarget;
  readonly brandColor: string;
  /** How a subject names the account: by the part before the at sign, or by its whole address. */
  readonly subjectAccount?: 'short' | 'whole';
  /** The operator's own names of authenticators. */
  readonly authenticatorNames?: OwnNames;
  readonly logo?: Logo;
}

/** What the reader sees. */
export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** What the HTML shows as `cid:logo`. */
  readonly logo?: Logo;
}
