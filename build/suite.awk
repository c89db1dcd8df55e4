# Reads the names of all tests, then what a run that was cut off said of them; writes INTO.passed, .failed, .hung and .missing.

FNR == NR { if ($0 ~ /^[A-Za-z_][A-Za-z0-9_.+]*$/) all[++known] = $0; next }

{ name = $0; sub(/^ +/, "", name); sub(/ \[[A-Z]+\].*$/, "", name) }
/ \[STARTING\]$/ { order[++count] = name; methods[method(name)]; running[name] }
/ \[(FAIL|SKIP)\]/ { wrong[name] }
/ \[FINISHED\] Time:/ { delete running[name] }

END {
  for (i = 1; i <= count; i++)
    print order[i] > (into (order[i] in running ? ".hung" : order[i] in wrong ? ".failed" : ".passed"))
  for (i = 1; i <= known; i++)
    if (!(method(all[i]) in methods)) print all[i] > (into ".missing")
}

# Without the arguments of one of its cases.
function method(test) { sub(/\(.*/, "", test); return test }
