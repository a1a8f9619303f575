// An event hub, and so a poll every ten minutes.
using '../../../infra/main.bicep'

param eventHub = true
param settings = { SENDER_MAILBOXES: 'security@contoso.com' }
