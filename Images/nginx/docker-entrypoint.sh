#!/bin/sh
# Stands in for the official image's entry point: *.template files become configuration, scripts run, then the command.
set -eu

templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
say() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "nginx: $*"; }

if [ "${1:-}" = nginx ] || [ "${1:-}" = nginx-debug ]; then
    # Only variables that exist are replaced, so that nginx keeps its own.
    # shellcheck disable=SC2016
    defined=$(awk -v filter="${NGINX_ENVSUBST_FILTER:-}" 'BEGIN { for (name in ENVIRON) if (name ~ filter) printf "${%s} ", name }' </dev/null)
    [ ! -d "$templates" ] || find -L "$templates" -type f -name "*$suffix" | sort | while read -r template; do
        name=${template#"$templates"/}
        target=$output/${name%"$suffix"}
        mkdir -p "$(dirname "$target")"
        say "making $target from $template"
        envsubst "$defined" <"$template" >"$target"
    done
    for script in /docker-entrypoint.d/*; do
        case "$script" in
            *.envsh) [ ! -x "$script" ] || . "$script" ;;
            *.sh) [ ! -x "$script" ] || "$script" ;;
        esac
    done
fi
exec "$@"
