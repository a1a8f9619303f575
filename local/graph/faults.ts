/** What can be made to go wrong, by the endpoint where it does. */
export interface FaultKinds {
  /**
   * Where the app gets its tokens. `refused`: no identity of that id is assigned. `slow`: after three
   * seconds. `shortLived`: for two minutes. `expired`: over already.
   */
  identity:
    | 'refused'
    | '429'
    | '500'
    | 'reset'
    | 'hang'
    | 'html'
    | 'cut'
    | 'slow'
    | 'shortLived'
    | 'expired';
  /**
   * `401`: the token is not accepted (any more), with a claims challenge.
   * `html`: 200 with a page of a proxy. `cut`: the body ends in the middle. `hang`: no answer ever.
   * `loop`: nextLink names the same page. `malformedRecord`: one record has wrong types.
   * `emptyPage`: the first page has no rows, but a nextLink to them. `overlappingPages`: pages hold half
   * of what is left, and the next begins with the last row of the one before. `withoutRetryAfter`:
   * the endpoint's own throttle doesn't say how long to wait. `stale`: no row of the last 26 hours.
   */
  audit:
    | '401'
    | '429'
    | '500'
    | '503'
    | '504'
    | 'html'
    | 'cut'
    | 'hang'
    | 'loop'
    | 'malformedRecord'
    | 'emptyPage'
    | 'overlappingPages'
    | 'consentMissing'
    | 'stale'
    | 'withoutRetryAfter';
  /**
   * `resetBefore`: the connection breaks and nothing was sent. `resetAfter`, `503kept`, `504kept`:
   * it looks as if nothing was sent, but the mail is on its way. So with `hangKept`, without any answer.
   * `sendAsDenied`, `submissionBlocked`: Exchange does not let the mailbox send. `noMailbox`: it is
   * disabled. `tenantWide`: no fault for a sender: Mail.Send is consented in Entra, for every mailbox.
   */
  sendMail:
    | '401'
    | '429'
    | '503'
    | '503kept'
    | '504'
    | '504kept'
    | 'resetBefore'
    | 'resetAfter'
    | 'consentMissing'
    | 'sendAsDenied'
    | 'submissionBlocked'
    | 'noMailbox'
    | 'tenantWide'
    | 'hang'
    | 'hangKept';
  /**
   * `notPremium`: 403 in the words for a tenant without a licence, which was seen at random with one.
   * `half`: the report ends after the first page, as if it were whole. `blank`: nobody has a method.
   */
  registrations:
    | '401'
    | '429'
    | '500'
    | '503'
    | '504'
    | 'html'
    | 'cut'
    | 'hang'
    | 'loop'
    | 'half'
    | 'blank'
    | 'notPremium'
    | 'consentMissing';
  /** Of `consentMissing`: the directory's lists and service principals are refused as well. */
  users: '401' | '404' | '429' | '503' | 'consentMissing' | 'hang';
  memberGroups: '401' | '429' | '503' | 'consentMissing' | 'hang';
  sentItems: '401' | '503' | 'consentMissing' | 'hang';
  messageTraces: '401' | '429' | '503' | 'consentMissing' | 'hang';
  methods: '401' | '404' | '429' | '503' | 'consentMissing' | 'hang';
}

export type FaultTarget = keyof FaultKinds;

export interface Fault<T extends FaultTarget = FaultTarget> {
  readonly kind: FaultKinds[T];
  /** After how many requests the fault is over. Without it, it stays until cleared. */
  readonly times?: number;
  /** Seconds. Without it, a 429 or 503 has no Retry-After. */
  readonly retryAfter?: number;
  /** Only requests that send from this mailbox suffer. Address in lower case. */
  readonly mailbox?: string;
}

/** The switches. All off at first; one fault per endpoint at a time. */
export class Faults {
  readonly #active = new Map<FaultTarget, Fault>();

  set<T extends FaultTarget>(target: T, fault: Fault<T>): void {
    this.#active.set(target, fault);
  }

  clear(target?: FaultTarget): void {
    if (target === undefined) this.#active.clear();
    else this.#active.delete(target);
  }

  /** What is switched on, with the `times` that are left. */
  active(): { target: FaultTarget; fault: Fault }[] {
    return [...this.#active].map(([target, fault]) => ({ target, fault }));
  }

  /** The fault that the next request to `target` suffers, without using it up. */
  peek<T extends FaultTarget>(target: T): Fault<T> | undefined {
    return this.#active.get(target) as Fault<T> | undefined;
  }

  /** The same, and counts down. `mailbox`: the one that sends. */
  take<T extends FaultTarget>(target: T, mailbox?: string): Fault<T> | undefined {
    const fault = this.peek(target);
    if (fault?.mailbox !== undefined && fault.mailbox !== mailbox) return undefined;
    if (fault?.times === undefined) return fault;
    if (fault.times <= 1) this.#active.delete(target);
    else this.#active.set(target, { ...fault, times: fault.times - 1 });
    return fault.times > 0 ? fault : undefined;
  }
}
