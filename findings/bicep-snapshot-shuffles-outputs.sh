#!/bin/sh
# Bicep CLI 0.49.2 (NuGet, linux-x64). Needs the .NET 10 SDK to fetch it.
# Expected: "bicep snapshot" writes the same file for the same template and parameters, since it is meant to
# be committed and compared.
# Seen: "outputs" stand in another order from run to run. Sort them before the file is compared as text.
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
printf 'param name string\n' >main.bicep
for output in alpha beta gamma delta epsilon zeta eta theta; do
  printf 'output %s string = name\n' "$output" >>main.bicep
done
printf "using 'main.bicep'\nparam name = 'x'\n" >main.bicepparam
for run in 1 2 3 4 5 6 7 8; do
  $bicep snapshot main.bicepparam --mode overwrite >/dev/null 2>&1
  grep -oE '"(alpha|beta|gamma|delta|epsilon|zeta|eta|theta)":' main.snapshot.json | tr -d '":\n' >"order$run"
  echo "run $run: $(cat "order$run")"
done
# Four runs of eight names: all alike by chance is next to impossible.
cmp -s order1 order2 && cmp -s order1 order3 && cmp -s order1 order4 && exit 1
exit 0
