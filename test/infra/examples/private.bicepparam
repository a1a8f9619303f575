// Storage behind private endpoints, and settings that were left blank.
using '../../../infra/main.bicep'

param privateNetworking = true
param settings = {
  SENDER_MAILBOXES: 'security@contoso.com'
  POLL_SCHEDULE: ' '
  SWEEP_SCHEDULE: ' '
  AUDIT_EVENT_HUB: ' '
  SUPPORT_PHONE: ''
}
