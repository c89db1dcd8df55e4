#!/bin/bash
# Initialises an empty data folder as the official image does (MYSQL_ROOT_PASSWORD, MYSQL_ROOT_HOST, MYSQL_DATABASE, MYSQL_USER,
# MYSQL_PASSWORD, /docker-entrypoint-initdb.d), then runs the server as the user mysql.
set -euo pipefail

say() { echo "mysql: $*"; }
fail() { echo "mysql: $*" >&2; exit 1; }

[ "${1:-}" = mysqld ] || exec "$@"

data=/var/lib/mysql
chown mysql:mysql "$data"
mariadb() { mysqld --version 2>/dev/null | grep -qi mariadb; }
escaped() { sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g" <<<"$1"; }
drop() { exec setpriv --reuid mysql --regid mysql --init-groups "$@"; }

initialise() {
    : "${MYSQL_ROOT_PASSWORD:?is not set: the first start of an empty volume needs it}"
    say "initialising an empty volume"
    if mariadb; then
        mariadb-install-db --user=mysql --datadir="$data" --skip-test-db --auth-root-authentication-method=normal >/dev/null
    else
        setpriv --reuid mysql --regid mysql --init-groups mysqld --initialize-insecure --datadir="$data"
    fi

    setpriv --reuid mysql --regid mysql --init-groups mysqld --skip-networking --socket=/tmp/init.sock &
    local server=$! client=(mysql --protocol=socket --socket=/tmp/init.sock -uroot) host=${MYSQL_ROOT_HOST:-%}
    for _ in $(seq 1 300); do
        "${client[@]}" -e 'SELECT 1' >/dev/null 2>&1 && break
        kill -0 "$server" 2>/dev/null || fail "the server ended while the volume was initialised"
        sleep 0.1
    done

    {
        echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$(escaped "$MYSQL_ROOT_PASSWORD")';"
        if [ "$host" != localhost ]; then
            echo "CREATE USER 'root'@'$(escaped "$host")' IDENTIFIED BY '$(escaped "$MYSQL_ROOT_PASSWORD")';"
            echo "GRANT ALL ON *.* TO 'root'@'$(escaped "$host")' WITH GRANT OPTION;"
        fi
        [ -z "${MYSQL_DATABASE:-}" ] || echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"
        if [ -n "${MYSQL_USER:-}" ]; then
            echo "CREATE USER '$(escaped "$MYSQL_USER")'@'%' IDENTIFIED BY '$(escaped "${MYSQL_PASSWORD:-}")';"
            [ -z "${MYSQL_DATABASE:-}" ] || echo "GRANT ALL ON \`$MYSQL_DATABASE\`.* TO '$(escaped "$MYSQL_USER")'@'%';"
        fi
    } | "${client[@]}" || fail "the accounts could not be created"

    local file
    for file in /docker-entrypoint-initdb.d/*.sql; do
        [ -f "$file" ] || continue
        say "running $file"
        MYSQL_PWD=$MYSQL_ROOT_PASSWORD "${client[@]}" ${MYSQL_DATABASE:+"$MYSQL_DATABASE"} <"$file" || fail "$file failed"
    done

    kill "$server"
    wait "$server"
    # Only a volume that got this far is whole; a start that was broken off begins anew.
    touch "$data/.initialised"
    chown mysql:mysql "$data/.initialised"
}

if [ ! -e "$data/.initialised" ]; then
    if [ -d "$data/mysql" ] && [ -e "$data/ibdata1" ] && [ ! -e "$data/.initialising" ]; then
        say "the volume holds a database already"
    else
        find "$data" -mindepth 1 -delete
        touch "$data/.initialising"
        # The server wants an empty folder.
        rm "$data/.initialising"
        initialise
    fi
fi

drop "$@"
