# shellcheck shell=bash
# Sourced by ./test: runs a suite of tests within a limit that grows with how slow this machine is. Of one that is cut off it says which tests
# had passed, which one hung, and which were not run.

minutes=20
results=artifacts/tests
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
    count_cut_off "$suite" "$limit"
  else
    count_whole "$suite"
  fi
}

count_whole() {
  local summary total=0 errors=1 wrong=0 skipped=0
  summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$results/$1.log" | tail -1)
  [ -z "$summary" ] || read -r total errors wrong skipped < <(sed -E 's/[^0-9]*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/' <<<"${summary##*.Tests}")
  [ -n "$summary" ] || { tail -40 "$results/$1.log"; say "The $1 tests ended before they could say how they went."; }
  passed=$((passed + total - wrong - skipped)); failed=$((failed + errors + wrong + skipped))
}

count_cut_off() {
  local suite=$1 count
  [ -f "$results/$suite.before" ] || cp "$results/$suite.log" "$results/$suite.before"
  awk -v into="$results/$suite" -f build/suite.awk "$results/$suite.all" "$results/$suite.before"
  for count in passed failed hung missing; do
    touch "$results/$suite.$count"
  done
  say "The $suite tests were cut off after $2 seconds: $(wc -l <"$results/$suite.passed") had passed (listed in $results/$suite.passed), $(wc -l <"$results/$suite.failed") had failed."
  say "Still running then:"; sed 's/^/    /' "$results/$suite.hung"
  say "Not run:"; sed 's/^/    /' "$results/$suite.missing"
  passed=$((passed + $(wc -l <"$results/$suite.passed")))
  failed=$((failed + $(cat "$results/$suite".{failed,hung,missing} | wc -l)))
  # One that was cut off has not passed, whatever there was still to do.
  [ "$failed" != 0 ] || failed=1
}
