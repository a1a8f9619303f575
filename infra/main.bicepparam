// Yours to edit. What is read from the environment can be set before `az deployment group create`,
// or with `azd env set NAME VALUE`.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', '')

// param alertMailAddresses = ['it-operations@example.com']

param settings = {
  // Required: the mailboxes to send from, separated by commas. Without them nothing is deployed.
  SENDER_MAILBOXES: readEnvironmentVariable('SENDER_MAILBOXES')

  // ORGANIZATION_NAME: 'Contoso'
  // SUPPORT_PHONE: '+31 20 555 01 00'
  // SUPPORT_EMAIL: 'servicedesk@example.com'
  // LOGO_URL: 'data:image/png;base64,${loadFileAsBase64('logo.png')}'
  // SECURITY_COPY: 'security-team@example.com'
  // INCLUDED_GROUPS: '11111111-2222-3333-4444-555555555555'
  // DEFAULT_LANGUAGE: 'nl'
  // DEFAULT_TIME_ZONE: 'Europe/Amsterdam'
  // All of them, with their bounds: settings.bicep. What they mean: docs/settings.md.
}

// param privateNetworking = true

// param eventHub = true
