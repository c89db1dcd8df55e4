#!/bin/bash
# Stands in for the official image's entry point: the same variables, the same init folder.
set -euo pipefail
shopt -s nullglob

say() { echo "mysql: $*"; }
fail() { echo "mysql: $*" >&2; exit 1; }

[ "${1:-}" = "${1#-}" ] || set -- mysqld "$@"
[ "${1:-}" = mysqld ] || exec "$@"
shift

data=/var/lib/mysql
mark=$data/.being-made
if command -v mariadbd >/dev/null; then server=mariadbd client=mariadb; else server=mysqld client=mysql; fi

if [ "$(id -u)" = 0 ]; then
    chown mysql:mysql /run/mysqld
    [ "$(stat -c %U "$data")" = mysql ] || chown -R mysql:mysql "$data"
    exec setpriv --reuid mysql --regid mysql --init-groups "$0" mysqld "$@"
fi

for name in MYSQL_ROOT_PASSWORD MYSQL_ROOT_HOST MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD; do
    file=${name}_FILE
    [ -z "${!file:-}" ] || export "$name=$(cat "${!file}")"
    unset "$file"
done

quote() { local text=${1//\\/\\\\}; printf "'%s'" "${text//\'/\\\'}"; }
identifier() { printf '`%s`' "${1//\`/\`\`}"; }

# One statement a line, as --init-file wants it.
accounts() {
    local password host
    password=$(quote "$MYSQL_ROOT_PASSWORD")
    host=${MYSQL_ROOT_HOST:-%}
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $password;"
    if [ "$host" != localhost ]; then
        echo "CREATE USER 'root'@$(quote "$host") IDENTIFIED BY $password;"
        echo "GRANT ALL ON *.* TO 'root'@$(quote "$host") WITH GRANT OPTION;"
    fi
    [ -z "${MYSQL_DATABASE:-}" ] || echo "CREATE DATABASE IF NOT EXISTS $(identifier "$MYSQL_DATABASE");"
    if [ -n "${MYSQL_USER:-}" ]; then
        echo "CREATE USER $(quote "$MYSQL_USER")@'%' IDENTIFIED BY $(quote "${MYSQL_PASSWORD:-}");"
        [ -z "${MYSQL_DATABASE:-}" ] ||
            echo "GRANT ALL ON $(identifier "${MYSQL_DATABASE//_/\\_}").* TO $(quote "$MYSQL_USER")@'%';"
    fi
}

make() {
    local statements=/run/mysqld/accounts.sql
    (umask 077 && accounts >"$statements")
    if [ $server = mysqld ]; then
        mysqld --initialize-insecure --init-file="$statements" "$@"
    else
        mariadb-install-db --auth-root-authentication-method=normal --skip-test-db --datadir="$data" >/dev/null
        # It also makes roots without a password for every name of this machine.
        { echo "DELETE FROM mysql.global_priv WHERE User IN ('', 'root') AND Host <> 'localhost';"
          echo "FLUSH PRIVILEGES;"
          cat "$statements"; } | mariadbd --bootstrap "$@"
    fi
    rm -f "$statements"
}

run_init_files() {
    local files=(/docker-entrypoint-initdb.d/*) file pid
    [ ${#files[@]} -gt 0 ] || return 0
    $server --skip-networking "$@" &
    pid=$!
    export MYSQL_PWD=$MYSQL_ROOT_PASSWORD
    local sql=("$client" -uroot --socket=/run/mysqld/mysqld.sock --default-character-set=utf8mb4)
    until "${sql[@]}" -e 'SELECT 1' >/dev/null 2>&1; do
        kill -0 $pid 2>/dev/null || fail "the server ended before the init files could run"
        sleep 0.2
    done
    [ -z "${MYSQL_DATABASE:-}" ] || sql+=(--database="$MYSQL_DATABASE")
    for file in "${files[@]}"; do
        say "running $file"
        case "$file" in
            *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
            *.sql) "${sql[@]}" <"$file" ;;
            *.sql.gz) gunzip -c "$file" | "${sql[@]}" ;;
            *) say "ignoring $file" ;;
        esac
    done
    unset MYSQL_PWD
    kill $pid
    wait $pid
}

# A first start that was cut short left half a database: it is made again, from nothing.
if [ -e "$mark" ] || [ ! -d "$data/mysql" ]; then
    if [ -z "${MYSQL_ROOT_PASSWORD:-}" ]; then
        [ -n "${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ] || fail "set MYSQL_ROOT_PASSWORD: a new database needs a password for root"
        MYSQL_ROOT_PASSWORD=
    fi
    [ ! -e "$mark" ] || find "$data" -mindepth 1 ! -path "$mark" -delete
    say "making a new database"
    touch "$mark"
    make "$@"
    run_init_files "$@"
    rm -f "$mark"
    say "the new database is ready"
fi

unset MYSQL_ROOT_PASSWORD MYSQL_PASSWORD
exec $server "$@"
