#!/usr/bin/env bash
# On the bare machine: runs the two commands as a newcomer would, and prints what they took.
set -euo pipefail
suite=$1; what=$2
# Every command is a terminal's foreground job: Ctrl-C reaches all of its processes at once.
set -m
problems=0
problem() { echo "PROBLEM: $*"; problems=$((problems + 1)); }
seconds() { date +%s; }

# Who talks to nginx as a browser does gets a page.
portal_answers() {
  {
    exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3 \
      && grep -m1 '^HTTP/1.1 200' <&3
  } >/dev/null 2>&1
}

# What is running that is neither this script, the engine nor .NET's build servers, which wait a while for the next build.
others() {
  local process line
  for process in /proc/[0-9]*; do
    line=$({ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null) || continue
    case $line in
      '' | bash\ build/try-bare/* | tee\ * | *dockerd\ * | *containerd\ * | *MSBuild.dll* | *VBCSCompiler* | *'dotnet build-server'*) ;;
      *) echo "${process#/proc/} $line" | cut -c1-200 ;;
    esac
  done
}

# Whichever client is there: these commands ask for no certain age.
docker() { "$(type -P docker || echo /root/.local/share/guacaspire/docker/docker)" "$@"; }
left() { others; docker ps -a --format 'container {{.Names}}'; docker network ls --filter type=custom --format 'network {{.Name}}'; }

# start LOG: ./run until it is ready, then Ctrl-C.
start() {
  local log=$1 begin ready job
  begin=$(seconds)
  ./run > >(tee -i "$log") 2>&1 &
  job=$!
  until grep -q 'GuacAspire is ready' "$log" 2>/dev/null; do
    if ! kill -0 "$job" 2>/dev/null; then problem "./run ended before it was ready"; return; fi
    if [ $(($(seconds) - begin)) -gt 1800 ]; then problem "./run was not ready after 30 minutes"; break; fi
    sleep 0.2
  done
  ready=$(seconds)
  times+=("$suite: ./run to ready: $((ready - begin)) s")
  portal_answers || problem "the portal does not answer"
  kill -INT -- "-$job"
  while kill -0 "$job" 2>/dev/null && [ $(($(seconds) - ready)) -lt 300 ]; do sleep 0.2; done
  if kill -0 "$job" 2>/dev/null; then problem "./run did not end within five minutes of Ctrl-C"; kill -KILL -- "-$job"; fi
  [ $(($(seconds) - ready)) -le 60 ] || problem "./run took more than a minute from Ctrl-C to its end"
  times+=("$suite: Ctrl-C to the end: $(($(seconds) - ready)) s")
  begin=$(seconds)
  [ -z "$(left)" ] || { echo "When ./run had ended, these were left:"; left; }
  while [ -n "$(left)" ] && [ $(($(seconds) - begin)) -lt 120 ]; do sleep 0.5; done
  [ -z "$(left)" ] || problem "still there two minutes after ./run ended:" "$(left)"
  times+=("$suite: and until nothing was left: $(($(seconds) - begin)) s")
}

times=()
if [ "$what" != test ]; then start /tmp/first.log; start /tmp/second.log; fi
if [ "$what" != run ]; then
  begin=$(seconds)
  # shellcheck disable=SC2266
  ./test 2>&1 | tee /tmp/test.log || problem "./test is red"
  times+=("$suite: ./test: $(($(seconds) - begin)) s: $(tail -1 /tmp/test.log)")
fi
printf '%s\n' "${times[@]}" "$suite: $problems problems"
[ "$problems" = 0 ]
