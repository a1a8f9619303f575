// What the portal's form makes, with a package.
using '../../../infra/portal.bicep'

param senderMailboxes = 'security@contoso.com'
param organizationName = 'Contoso'
param includedGroups = '11111111-2222-4333-8444-555555555555'
param alertMailAddresses = 'it-operations@contoso.com, security@contoso.com'
param packageUrl = 'https://example.com/security-info-notifier.zip'
