# shellcheck shell=bash
# Sourced by ./test: runs a suite of tests within a limit that grows with how slow this machine is. Of one that is cut off, or ends by
# itself before its sum, it says which tests had passed, which were running, and which were not run.

minutes=40
results=artifacts/tests
sum='Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+)'
passed=0; failed=0

# How many times longer than usual this machine takes now for a piece of work on two cores at once, in tenths: 10 (no longer) to 60.
slowness() {
  local began ended
  began=$(date +%s%N)
  work & work & wait
  ended=$(date +%s%N)
  # On a machine of the usual size it takes 0.8 s; beyond six times as long something else is wrong.
  local tenths=$(((ended - began) / 80000000))
  echo $((tenths < 10 ? 10 : tenths > 60 ? 60 : tenths))
}

work() { local i; for ((i = 0; i < 200000; i++)); do :; done; }

# What went wrong, and the sum; the whole log, with what the system says meanwhile, is in a file.
failures() {
  awk '/ \[(STARTING|FINISHED)\]/ { show = 0 }
    / \[(FAIL|SKIP)\]|\[Test .* Cleanup Failure|^=== TEST EXECUTION SUMMARY/ { show = 1 }
    show { print; fflush() }'
}

# run_suite NAME: adds to $passed and $failed. A run that says nothing, or skips, has not passed.
run_suite() {
  local suite=$1 limit tenths tests list said before
  tests="Tests/$suite/bin/Debug/net10.0/$suite.Tests.dll"
  [ -f "$tests" ] || fail "There are no tests called '$suite'."
  mkdir -p "$results"
  list=$results/$suite.all said=$results/$suite.log before=$results/$suite.before
  rm -f "$results/$suite".*
  tenths=$(slowness)
  limit=${GUACASPIRE_SUITE_LIMIT:-$((minutes * 60 * tenths / 10))}
  say "$suite tests, for at most $((limit / 60)) minutes…"
  dotnet "$tests" -noColor -noLogo -list tests >"$list" 2>&1 || { cat "$list"; failed=$((failed + 1)); return; }

  # What runs when the limit is reached is known only just before: then all is told to end.
  (until=$((SECONDS + limit - 5)); while ((SECONDS < until)); do sleep 1; done; cp "$said" "$before") >/dev/null 2>&1 &
  local clock=$! code
  set +e
  GUACASPIRE_SLOWNESS=$((tenths / 10)).$((tenths % 10)) \
    timeout --foreground --signal=INT --kill-after=300 "$limit" dotnet "$tests" -noColor -noLogo -reporter verbose 2>&1 \
    | tee "$said" | failures
  code=${PIPESTATUS[0]}
  set -e
  kill "$clock" 2>/dev/null || true
  if [ "$code" = 124 ] || [ "$code" = 137 ]; then
    count_part "$suite" "was cut off after $limit seconds"
  elif grep -aqE "$sum" "$said"; then
    count_whole "$suite"
  else
    tail -20 "$said"
    count_part "$suite" "ended by itself (exit code $code)"
  fi
}

count_whole() {
  local total errors wrong skipped
  read -r total errors wrong skipped < <(grep -aE "$sum" "$results/$1.log" | tail -1 | sed -E "s/.*$sum.*/\\1 \\2 \\3 \\4/")
  passed=$((passed + total - wrong - skipped)); failed=$((failed + errors + wrong + skipped))
}

count_part() {
  local suite=$1 kind
  [ -f "$results/$suite.before" ] || cp "$results/$suite.log" "$results/$suite.before"
  awk -v into="$results/$suite" -f build/suite.awk "$results/$suite.all" "$results/$suite.before"
  for kind in passed failed hung missing; do
    touch "$results/$suite.$kind"
  done
  say "$suite $2: $(lines passed) tests had passed (listed in $results/$suite.passed), $(lines failed) had failed."
  say "Running then:"; sed 's/^/    /' "$results/$suite.hung"
  say "Not run:"; sed 's/^/    /' "$results/$suite.missing"
  passed=$((passed + $(lines passed)))
  # One that has not come to its end has not passed, whatever there was still to do.
  failed=$((failed + $(lines failed) + $(lines hung) + $(lines missing) + ($(lines failed) + $(lines hung) + $(lines missing) == 0)))
}

# lines KIND: of how many tests of $suite that is true.
lines() { wc -l <"$results/$suite.$1"; }
