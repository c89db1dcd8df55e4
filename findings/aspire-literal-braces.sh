#!/usr/bin/env bash
# Aspire.Hosting 13.6.5: a literal with braces, given to a ReferenceExpression in two ways that look alike.
#
# One would guess: ReferenceExpressionBuilder.AppendLiteral("{x}") and the literal part of ReferenceExpression.Create($"{{x}}…") mean the same text.
# What happens: Create escapes the braces of its literals; the builder takes a literal as a piece of a format string. So "{x}" throws a
# FormatException when the value is asked for, long after it was built, and "{{x}}" gives "{x}". With "{0}" nothing is thrown at all: the first
# value stands there a second time.
# Since: the builder has been so since it was added (seen in 13.6.5); in the repository's main branch of August 2026 too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <NoWarn>$(NoWarn);NU1603</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Aspire.Hosting" Version="[13.6.5]" />
  </ItemGroup>
</Project>
PROJECT

cat >Program.cs <<'PROGRAM'
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

var builder = DistributedApplication.CreateBuilder(["--Parameters:name=value"]);
var name = builder.AddParameter("name").Resource;

await TellAsync("Create($\"{{x}}/{name}\")", ReferenceExpression.Create($"{{x}}/{name}"));
await TellAsync("AppendLiteral(\"{x}/\") + name", Built("{x}/"));
await TellAsync("AppendLiteral(\"{{x}}/\") + name", Built("{{x}}/"));
await TellAsync("AppendLiteral(\"{0}/\") + name", Built("{0}/"));

ReferenceExpression Built(string literal)
{
    var expression = new ReferenceExpressionBuilder();
    expression.AppendLiteral(literal);
    expression.AppendFormatted(name);
    return expression.Build();
}

static async Task TellAsync(string what, ReferenceExpression expression)
{
    string text;
    try
    {
        text = await expression.GetValueAsync(CancellationToken.None) ?? "null";
    }
    catch (Exception thrown)
    {
        text = thrown.GetType().Name;
    }

    Console.WriteLine($"{what} -> {text}");
}
PROGRAM

dotnet build --nologo --verbosity quiet -clp:NoSummary -o out >log 2>&1 || { cat log; exit 1; }
echo "Aspire.Hosting 13.6.5"
dotnet out/finding.dll | tee output
diff - output <<'EXPECTED'
Create($"{{x}}/{name}") -> {x}/value
AppendLiteral("{x}/") + name -> FormatException
AppendLiteral("{{x}}/") + name -> {x}/value
AppendLiteral("{0}/") + name -> value/value
EXPECTED
