// Each setting set, to something other than its default.
using '../../../infra/main.bicep'

param settings = {
  SENDER_MAILBOXES: 'security@contoso.com,notify@contoso.com'
  GRAPH_BASE_URL: 'https://graph.microsoft.us'
  ORGANIZATION_NAME: 'Contoso'
  SUPPORT_PHONE: '+31 20 555 01 00'
  SUPPORT_EMAIL: 'servicedesk@contoso.com'
  SUPPORT_CONTACT: 'the service desk, +31 20 555 01 00 or servicedesk@contoso.com'
  SUPPORT_URL: 'https://help.contoso.com'
  REPORT_URL: 'https://help.contoso.com/report?ref={reference}'
  SECURITY_INFO_URL: 'https://mysignins.microsoft.com/security-info'
  BRAND_COLOR: '#7a1f4e'
  LOGO_URL: 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
  AUTHENTICATOR_NAMES: '2fc0579f-8113-47ea-b116-bb5a8db9202a = Blue key'
  POLL_SCHEDULE: '0 */20 * * * *'
  // Without seconds.
  SWEEP_SCHEDULE: '5 * * * *'
  COVERAGE_CHECK: false
  COVERAGE_SCHEDULE: '30 15,45 * * * *'
  COVERAGE_HOURS: 48
  AUDIT_EVENT_HUB: ''
  OVERLAP_MINUTES: 120
  INITIAL_LOOKBACK_MINUTES: 60
  MAX_NOTIFY_AGE_HOURS: 72
  SETTLE_SECONDS: 60
  SEND_RATE_PER_MINUTE: 20
  CLAIM_LEASE_SECONDS: 600
  COPY_MANAGER: 'risky'
  MANAGER_COPIES_PER_DAY: 10
  SECURITY_COPY: 'soc@contoso.com'
  SECURITY_COPY_AS: 'bcc'
  BULK_LIMIT: 100
  NOTIFY_OTHER_MAILS: 'risky'
  NOTIFY_GUESTS: false
  INCLUDED_USERS: '*@contoso.com'
  INCLUDED_GROUPS: '11111111-2222-4333-8444-555555555555'
  EXCLUDED_USERS: 'svc-*@contoso.com'
  EXCLUDED_GROUPS: '21111111-2222-4333-8444-555555555555'
  WATCHED_GROUPS: '31111111-2222-4333-8444-555555555555'
  SYNC_IDENTITIES: '41111111-2222-4333-8444-555555555555'
  MUTE_METHOD_CHANGES: true
  MUTED_ACTIVITIES: 'Reset password (self-service), Change password (self-service)'
  EXTRA_ACTIVITIES: 'Update device'
  WATCH_UPDATE_USER: false
  DEFAULT_LANGUAGE: 'nl'
  ENGLISH_BELOW: false
  SUBJECT_ACCOUNT: 'whole'
  DEFAULT_TIME_ZONE: 'Europe/Amsterdam'
  RETENTION_DAYS: 120
  DRY_RUN: true
}
