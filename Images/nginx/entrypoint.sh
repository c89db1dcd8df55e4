#!/bin/sh
# Expands the environment's variables, and nothing else that looks like one, in /etc/nginx/templates/*.template.
set -eu

defined=$(env | sed -nE 's/^([A-Za-z_][A-Za-z0-9_]*)=.*/${\1}/p' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
    [ -f "$template" ] || continue
    envsubst "$defined" <"$template" >"/etc/nginx/conf.d/$(basename "$template" .template)"
done

exec "$@"
