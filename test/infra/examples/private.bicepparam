// Storage behind private endpoints.
using '../../../infra/main.bicep'

param privateNetworking = true
param settings = { SENDER_MAILBOXES: 'security@contoso.com' }
