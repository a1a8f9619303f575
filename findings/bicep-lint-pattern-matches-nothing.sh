#!/bin/sh
# Bicep CLI 0.49.2 (NuGet, linux-x64). Needs the .NET 10 SDK to fetch it.
# Expected: "bicep lint --pattern" takes braces as other globs do, or says that no file matches.
# Seen: with braces no file is linted, nothing is printed and the exit code is 0: a check that is green for
# ever. The same files are found by "**/*.bicep*".
set -eu
command -v dotnet >/dev/null || { echo "skipped: there is no dotnet"; exit 0; }
cd "$(mktemp -d)"
cat >see.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><RestorePackagesPath>packages</RestorePackagesPath></PropertyGroup>
  <ItemGroup><PackageDownload Include="Azure.Bicep.CommandLine.linux-x64" Version="[0.49.2]" /></ItemGroup>
</Project>
XML
dotnet restore --verbosity quiet see.csproj
bicep=packages/azure.bicep.commandline.linux-x64/0.49.2/tools/bicep
chmod +x $bicep
printf 'param unused string\n' >main.bicep
printf "using 'main.bicep'\nparam unused = 'x'\n" >main.bicepparam
$bicep lint --pattern '**/*.{bicep,bicepparam}' >braces.txt 2>&1 && echo "braces: exit code 0, $(wc -l <braces.txt) lines"
$bicep lint --pattern '**/*.bicep*' >star.txt 2>&1 && echo "star: exit code 0, $(grep -c no-unused-params star.txt) warnings"
test ! -s braces.txt && grep -q no-unused-params star.txt
