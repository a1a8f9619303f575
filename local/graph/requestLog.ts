/** A request that reached the simulator. */
export interface LoggedRequest {
  readonly method: string;
  /** Path as it was sent, without the query. */
  readonly path: string;
  /** Query as it was sent, with its `?`, or empty. */
  readonly query: string;
  /** 0 while there is no answer, and for ever when the connection was broken instead. */
  status: number;
  /** ISO, by the simulator's clock. */
  readonly at: string;
}

export type EndpointName =
  | 'audit'
  | 'registrations'
  | 'users'
  | 'memberGroups'
  | 'sendMail'
  | 'sentItems'
  | 'messageTraces'
  | 'mailboxZone'
  | 'methods'
  | 'grants'
  | 'token'
  | 'other';

/** How many requests there were since the start, by endpoint; `throttled` are those answered 429. */
export type RequestCounts = Readonly<Record<EndpointName | 'total' | 'throttled', number>>;

const kept = 1000;

/** The last 1,000 requests, and how many there were in all. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];
  readonly counts = {
    total: 0,
    audit: 0,
    registrations: 0,
    users: 0,
    memberGroups: 0,
    sendMail: 0,
    mailboxZone: 0,
    sentItems: 0,
    messageTraces: 0,
    methods: 0,
    grants: 0,
    token: 0,
    other: 0,
    throttled: 0,
  };

  open(endpoint: EndpointName, request: Omit<LoggedRequest, 'status'>): LoggedRequest {
    const entry = { ...request, status: 0 };
    this.entries.push(entry);
    if (this.entries.length > kept) this.entries.shift();
    this.counts.total += 1;
    this.counts[endpoint] += 1;
    return entry;
  }

  close(entry: LoggedRequest, status: number): void {
    entry.status = status;
    if (status === 429) this.counts.throttled += 1;
  }
}
