/** What was done to a sign-in method. */
export type Action =
  | 'registered'
  | 'deleted'
  | 'updated'
  | 'defaultChanged'
  | 'passwordReset'
  | 'passwordChanged'
  | 'unlocked';

/** The authentication method concerned, in Entra's vocabulary. */
export type Method =
  | 'passkey'
  | 'temporaryAccessPass'
  | 'authenticatorApp'
  | 'phone'
  | 'email'
  | 'oathToken'
  | 'windowsHello'
  | 'platformCredential'
  | 'certificate'
  | 'appPassword'
  | 'password'
  | 'externalMethod'
  | 'securityQuestions'
  | 'qrCode'
  /** No way to sign in by itself, but one to stay signed in: told where EXTRA_ACTIVITIES asks for it. */
  | 'device'
  | 'perUserMfa'
  | 'unknown';

/** The person a change happened to. At least one of id and userPrincipalName is there. */
export interface ChangeTarget {
  readonly id?: string;
  readonly userPrincipalName?: string;
  readonly displayName?: string;
}

/**
 * Who made the change. `self`: the target; `administrator`: another person; `application`: an app
 * that is not proved to be Microsoft's own; `system`: a Microsoft service, or, with an id, the identity
 * that on-premises directories are synchronised with; `unknown`: the row does not say, and then the
 * mail must not claim anything. `name` is untrusted text.
 */
export interface Initiator {
  readonly kind: 'self' | 'administrator' | 'application' | 'system' | 'unknown';
  readonly id?: string;
  readonly userPrincipalName?: string;
  readonly name?: string;
}

/** When a Temporary Access Pass works, from the row's own modifiedProperties. Never its code. */
export interface TemporaryAccessPassFacts {
  readonly start?: string;
  readonly end?: string;
  readonly usage?: 'once' | 'multiple';
}

/**
 * What is known of a passkey: of the audit row its AAGUID, zeros where it hides its model, and that it
 * is synced; of Graph the rest. `name` was given by whoever registered it and `model` by its maker: both
 * untrusted text.
 */
export interface PasskeyFacts {
  readonly aaguid?: string;
  readonly name?: string;
  readonly model?: string;
  /** Whether Entra verified at registration that the authenticator is the model it says it is. */
  readonly attestation?: 'attested' | 'notAttested';
  readonly type?: 'deviceBound' | 'synced';
}

/** Facts that only some rows carry. Every string is untrusted text. */
export interface ChangeDetails {
  readonly phoneType?: 'mobile' | 'office' | 'alternate';
  /** The method that a defaultChanged row names, or the raw words of an unknown one. */
  readonly text?: string;
  readonly passkey?: PasskeyFacts;
  readonly temporaryAccessPass?: TemporaryAccessPassFacts;
}

/**
 * What a row leaves open. `method`: it names none, and goes with any. `all`: it names neither method
 * nor action.
 */
export type Vague = 'method' | 'all';

/** One row that tells of a change: what merging rests on. */
export interface Evidence {
  /** The catalogue's activity, normalised; of "Update user" `#` and the property with it. */
  readonly kind: string;
  /** activityDateTime of the row. */
  readonly time: string;
  /** Id of the audit record. */
  readonly auditId?: string;
  /** It was written by a service that only records. */
  readonly recorder?: true;
  readonly correlationId?: string;
  /** The row's reason, normalised, where the activity alone does not name the method. */
  readonly words?: string;
  /** What the row names, each as `kind:value`: a key, a pass, the end of a number. */
  readonly marks?: readonly string[];
}

/** What a row added after the mail had gone out. */
interface LateFacts {
  readonly action?: Action;
  readonly method?: Method;
  readonly initiator?: Initiator;
}

/** What one audit record means: one change of one person's sign-in methods. */
export interface SecurityInfoChange {
  /** Id of the audit record that told of it first. Not a GUID. */
  readonly auditId: string;
  /** activityDateTime as Graph gave it: UTC, up to seven fractional digits. */
  readonly time: string;
  readonly action: Action;
  readonly method: Method;
  readonly target: ChangeTarget;
  readonly initiator: Initiator;
  readonly ipAddress?: string;
  readonly userAgent?: string;
  readonly correlationId?: string;
  readonly details: ChangeDetails;
  /** Methods that it may be instead: the row that told of it does not say which. */
  readonly alternatives?: readonly Method[];
  /** The row names no method and may mean nothing: it is told only if something confirms it. */
  readonly held?: true;
  /** The row names no method, or not even what was done: a fuller row of the same change decides. */
  readonly vague?: Vague;
  /** It was held, and the user's own methods confirmed it: the row of that method belongs to it. */
  readonly confirmed?: true;
  /** The rows that tell of it. */
  readonly evidence?: readonly Evidence[];
  readonly late?: LateFacts;
}
