// What the portal's form fills in, for those without a shell: the few settings that most begin with, flat, since
// a form has no objects. npm run azure makes portal.json of it; createUiDefinition.json is the form.
targetScope = 'resourceGroup'

@description('Where the resources are.')
param location string = resourceGroup().location

@description('Mailboxes to send from, separated by commas.')
@minLength(3)
param senderMailboxes string

@description('How the mail names you.')
param organizationName string = ''

@description('A phone number, a mail address, or both with “or” between them. Mails of every language quote any other sentence as it is.')
param supportContact string = ''

@description('Mailboxes of the security team, separated by commas.')
param securityCopy string = ''

@description('For a pilot: only members of these groups are told. Object ids, separated by commas.')
param includedGroups string = ''

@description('Who is mailed when an alert fires, separated by commas.')
param alertMailAddresses string = ''

@description('Address of a release\'s zip; empty: the app is deployed afterwards.')
param packageUrl string = ''

module notifier 'main.bicep' = {
  params: {
    location: location
    settings: {
      SENDER_MAILBOXES: senderMailboxes
      ORGANIZATION_NAME: organizationName
      SUPPORT_CONTACT: supportContact
      SECURITY_COPY: securityCopy
      INCLUDED_GROUPS: includedGroups
    }
    alertMailAddresses: filter(map(split(alertMailAddresses, ','), one => trim(one)), one => !empty(one))
    packageUrl: packageUrl
  }
}

@description('What to run next: it grants the permissions, and starts the functions.')
output grantCommand string = notifier.outputs.grantCommand

@description('The function app.')
output functionAppName string = notifier.outputs.functionAppName
