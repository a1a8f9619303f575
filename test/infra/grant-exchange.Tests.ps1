# Runs infra/grant-exchange.ps1 as people do, in a process of its own, against a module that stands in for
# Exchange Online. npm run azure -- --check

# Named where the cases are listed, and where they are run.
BeforeDiscovery {
  $principal = '11111111-1111-4111-8111-111111111111'
  $app = '22222222-2222-4222-8222-222222222222'
  $other = '33333333-3333-4333-8333-333333333333'
  $known = @(@{ AppId = $app; ObjectId = $principal })
}

BeforeAll {
  $script:script = Resolve-Path "$PSScriptRoot/../../infra/grant-exchange.ps1"
  # As a tool of .NET, PowerShell is a library that dotnet runs.
  $script:pwsh = [Environment]::ProcessPath
  [string[]] $script:library = if ((Split-Path $pwsh -LeafBase) -eq 'dotnet') { "$PSHOME/pwsh.dll" }
  $script:principal = '11111111-1111-4111-8111-111111111111'
  $script:app = '22222222-2222-4222-8222-222222222222'
  $script:scopeName = "Notifier $principal"

  function New-Module([string] $Version) {
    $at = Join-Path $TestDrive "modules-$Version/ExchangeOnlineManagement/$Version"
    New-Item -ItemType Directory -Force $at | Out-Null
    Copy-Item "$PSScriptRoot/exchange/ExchangeOnlineManagement/*.psm1" $at
    New-ModuleManifest "$at/ExchangeOnlineManagement.psd1" -RootModule ExchangeOnlineManagement.psm1 -ModuleVersion $Version -FunctionsToExport '*'
    Join-Path $TestDrive "modules-$Version"
  }
  $script:modules = New-Module '3.2.0'

  function New-Tenant([hashtable] $More = @{}) {
    $tenant = @{
      admin = $true; bare = $false; slow = 0; calls = @(); principals = @(); scopes = @(); assignments = @()
      mailboxes = @(
        @{ Guid = 'aaaaaaaa-0000-4000-8000-000000000001'; PrimarySmtpAddress = 'one@contoso.com'; UserPrincipalName = 'one@contoso.com'; Proxies = @() }
        @{ Guid = 'aaaaaaaa-0000-4000-8000-000000000002'; PrimarySmtpAddress = 'two@contoso.com'; UserPrincipalName = 'two@contoso.com'; Proxies = @('proxy@contoso.com') }
        @{ Guid = 'aaaaaaaa-0000-4000-8000-000000000003'; PrimarySmtpAddress = 'adele@contoso.com'; UserPrincipalName = 'adele@contoso.com'; Proxies = @() }
      )
    }
    foreach ($key in $More.Keys) { $tenant[$key] = $More[$key] }
    $script:file = Join-Path $TestDrive "$(New-Guid).json"
    $tenant | ConvertTo-Json -Depth 8 | Set-Content $file
  }
  function Get-Tenant { Get-Content $file -Raw | ConvertFrom-Json -AsHashtable }
  # What was changed; signing in is no change.
  function Get-Change { @((Get-Tenant).calls | Where-Object { $_ -notlike 'Connect-*' }) }

  function Invoke-Grant([string[]] $More = @(), [string] $Senders = 'one@contoso.com,two@contoso.com', [switch] $Call, [string] $Modules = $script:modules, [string[]] $Ids) {
    if (-not $Ids) { $Ids = @('-PrincipalId', $principal, '-AppId', $app) }
    $given = @($Ids; '-Senders'; $Senders; $More)
    $before = $env:PSModulePath
    $env:PSModulePath = $Modules; $env:EXCHANGE = $file; $env:GRANT_RETRY_SECONDS = '0'
    try {
      $how = if ($Call) { @('-Command', "& '$script' $($given -join ' '); exit `$LASTEXITCODE") } else { @('-File', $script; $given) }
      $said = & $pwsh @library -NoLogo -NoProfile -NonInteractive @how 2>&1 | Out-String
      [pscustomobject]@{ Code = $LASTEXITCODE; Said = $said -replace '\e\[[\d;]*m' -replace '\r?\n\s*\|?\s*', ' ' }
    } finally { $env:PSModulePath = $before }
  }
  $script:yes = '-Confirm:$false'
}

Describe 'grant-exchange.ps1' {
  It 'makes the principal, the scope and the assignment, and proves them' {
    New-Tenant
    $run = Invoke-Grant $yes
    $run.Code | Should -Be 0 -Because $run.Said
    $run.Said | Should -Match 'Exchange: these mailboxes alone'
    $tenant = Get-Tenant
    $tenant.environment | Should -Be 'O365Default'
    $tenant.principals[0].AppId | Should -Be $app
    $tenant.assignments.Role | Should -Be @('Application Mail.Send')
    $tenant.assignments[0].Scope | Should -Be $scopeName
    $tenant.scopes[0].RecipientFilter | Should -Match '0001.*-or.*0002'
    $tenant.scopes[0].RecipientFilter | Should -Not -Match '0003|contoso'
  }

  It 'changes nothing the second time, whatever Exchange made of the filter' {
    New-Tenant
    (Invoke-Grant $yes).Code | Should -Be 0
    $before = Get-Change
    $run = Invoke-Grant $yes
    $run.Code | Should -Be 0 -Because $run.Said
    $run.Said | Should -Match 'has\s+service principal.*has\s+scope.*has\s+Application Mail.Send'
    Get-Change | Should -Be $before
  }

  It 'changes the scope with the senders, and adds what was not asked for before' {
    New-Tenant
    (Invoke-Grant $yes -Senders 'one@contoso.com').Code | Should -Be 0
    $run = Invoke-Grant @('-SentItems', $yes)
    $run.Code | Should -Be 0 -Because $run.Said
    (Get-Tenant).scopes[0].RecipientFilter | Should -Match '0002'
    (Get-Tenant).assignments.Role | Should -Be @('Application Mail.Send', 'Application Mail.ReadBasic')
    $run = Invoke-Grant @('-SentItems', $yes) -Senders 'two@contoso.com'
    $run.Code | Should -Be 0 -Because $run.Said
    (Get-Tenant).scopes[0].RecipientFilter | Should -Not -Match '0001'
  }

  # Before it signs in: what was given. After it: what Exchange holds against it. Nothing is changed either way.
  It 'refuses: <Why>' -TestCases @(
    @{ Why = 'no such mailbox'; Senders = 'nobody@contoso.com'; Says = 'No mailbox has this primary address: nobody@contoso\.com' }
    @{ Why = 'a proxy address'; Senders = 'proxy@contoso.com'; Says = 'No mailbox has this primary address: proxy@contoso\.com' }
    @{ Why = 'no address'; Senders = 'x@y'; Says = 'must be mail addresses'; Early = $true }
    @{ Why = 'no sender'; Senders = ','; Says = 'names no address'; Early = $true }
    @{ Why = 'zeroes'; Ids = @('-PrincipalId', [guid]::Empty, '-AppId', $app); Says = 'not zeroes'; Early = $true }
    @{ Why = 'one id twice'; Ids = @('-PrincipalId', $principal, '-AppId', $principal); Says = 'never the same'; Early = $true }
    @{ Why = 'no GUID'; Ids = @('-PrincipalId', 'notifier', '-AppId', $app); Says = 'PrincipalId'; Early = $true }
    @{ Why = 'one id alone'; Ids = @('-PrincipalId', $principal); Says = 'AppId'; Early = $true }
    @{ Why = 'no module'; Version = 'none'; Says = 'is not installed.*Install-Module ExchangeOnlineManagement'; Early = $true }
    @{ Why = 'an old module'; Version = '3.1.0'; Says = 'has version 3\.1\.0.*Install-Module ExchangeOnlineManagement'; Early = $true }
    @{ Why = 'no right'; Tenant = @{ admin = $false }; Says = 'Exchange Administrator' }
    @{ Why = 'a tenant without roles of its own'; Tenant = @{ bare = $true }; Says = 'run Enable-OrganizationCustomization once'; Makes = "New-ServicePrincipal $app" }
    @{ Why = 'an identity of another client id'; Tenant = @{ principals = @(@{ AppId = $other; ObjectId = $principal }) }; Says = 'by another client id' }
    @{ Why = 'a role for all mailboxes'; Tenant = @{ principals = $known; assignments = @(@{ Name = 'old'; App = $principal; Role = 'Application Mail.Send'; Scope = 'Organization' }) }; Says = 'roles in Exchange beyond these senders' }
    @{ Why = 'a role for others'; Tenant = @{ principals = $known; assignments = @(@{ Name = 'old'; App = $principal; Role = 'Application Mail.Send'; Scope = 'Another' }) }; Says = 'roles in Exchange beyond these senders' }
  ) {
    param([hashtable] $Tenant = @{}, [string] $Senders = 'one@contoso.com,two@contoso.com', [string[]] $Ids, $Version, $Says, $Early, $Makes)
    New-Tenant $Tenant
    $at = if ($Version -eq 'none') { Join-Path $TestDrive 'none' } elseif ($Version) { New-Module $Version } else { $modules }
    $run = Invoke-Grant $yes -Senders $Senders -Ids $Ids -Modules $at
    $run.Code | Should -Be 1
    $run.Said | Should -Match $Says
    if ($Early) { (Get-Tenant).calls | Should -BeNullOrEmpty } else { (Get-Change) -join ', ' | Should -Be "$Makes" }
  }

  It 'makes a shared mailbox where it is asked to, for an address that nobody has' {
    New-Tenant
    $run = Invoke-Grant @('-CreateSharedMailbox', $yes) -Senders 'one@contoso.com,new@contoso.com'
    $run.Code | Should -Be 0 -Because $run.Said
    @(Get-Change | Where-Object { $_ -like 'New-Mailbox*' }) | Should -Be @('New-Mailbox new@contoso.com')
  }

  It 'signs in, plans and changes nothing with -WhatIf by <How>' -TestCases @(@{ How = '-File' }, @{ How = '&' }) {
    New-Tenant
    $run = Invoke-Grant @('-SentItems', '-WhatIf', '-CreateSharedMailbox') -Call:($How -eq '&')
    $run.Code | Should -BeIn 0, $null -Because $run.Said
    (Get-Tenant).calls | Should -Be @('Connect-ExchangeOnline')
    $run.Said | Should -Match 'create service principal.*create scope.*assign Application Mail.Send.*assign Application Mail.ReadBasic'
    $run.Said | Should -Match 'What if: Assign Application Mail.Send'
  }

  It 'would make a mailbox with -WhatIf, and makes none' {
    New-Tenant
    $run = Invoke-Grant @('-WhatIf', '-CreateSharedMailbox') -Senders 'new@contoso.com'
    $run.Code | Should -Be 0 -Because $run.Said
    $run.Said | Should -Match 'What if: Create a shared mailbox \(new@contoso.com\)'
    Get-Change | Should -BeNullOrEmpty
  }

  It 'waits for a slow directory, and not for ever' {
    New-Tenant @{ slow = 3 }
    (Invoke-Grant $yes).Code | Should -Be 0
    New-Tenant @{ slow = 100 }
    $run = Invoke-Grant $yes
    $run.Code | Should -Be 1
    $run.Said | Should -Match 'is not in force. Run this again'
  }

  It 'fails where a mailbox that is no sender is open' {
    New-Tenant @{
      principals  = @(@{ AppId = $app; ObjectId = $principal })
      scopes      = @(@{ Name = $scopeName; RecipientFilter = "Guid -eq 'aaaaaaaa-0000-4000-8000-000000000001' -or Guid -ne '0'" })
    }
    $run = Invoke-Grant $yes -Senders 'one@contoso.com'
    $run.Code | Should -Be 0 -Because 'the scope was set right first'
    $tenant = Get-Tenant
    $tenant.assignments += @{ Name = 'x'; App = $principal; Role = 'Application Calendars.Read'; Scope = 'everything' }
    $tenant | ConvertTo-Json -Depth 8 | Set-Content $file
    $run = Invoke-Grant $yes -Senders 'one@contoso.com'
    $run.Code | Should -Be 1
    $run.Said | Should -Match 'no sender, is open to the app: Application Calendars.Read'
  }

  It 'signs in with a code, and to another cloud' {
    New-Tenant
    (Invoke-Grant @('-Device', '-Environment', 'USGov', $yes)).Code | Should -Be 0
    (Get-Tenant).calls[0] | Should -Be 'Connect-ExchangeOnline -Device'
    (Get-Tenant).environment | Should -Be 'O365USGovGCCHigh'
  }
}
