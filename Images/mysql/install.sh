#!/bin/bash
# Installs MySQL from Debian sid, whose archive is where this base's own is; MariaDB if that fails.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# The users and packages of the base stay; a server that starts during its installation would only be in the way.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
groupadd --system --gid 999 mysql
useradd --system --uid 999 --gid mysql --home-dir /var/lib/mysql --no-create-home mysql

apt-get update
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -1)
echo "deb $mirror sid main" >/etc/apt/sources.list.d/sid.list

if apt-get -o Acquire::Check-Valid-Until=false update &&
    apt-get -o Acquire::Check-Valid-Until=false install -y --no-install-recommends mysql-server; then
    echo "Installed $(mysqld --version)"
else
    echo "WARNING: MySQL could not be installed from Debian sid; installing MariaDB instead." >&2
    rm /etc/apt/sources.list.d/sid.list
    apt-get update
    apt-get install -y -f --no-install-recommends mariadb-server
    ln -sf "$(command -v mariadbd)" /usr/local/sbin/mysqld
fi

rm -rf /var/lib/mysql /var/lib/apt/lists/* /var/cache/apt/*.bin /usr/sbin/policy-rc.d
mkdir -p /docker-entrypoint-initdb.d
install -d -o mysql -g mysql -m 700 /var/lib/mysql
install -d -o mysql -g mysql -m 755 /var/run/mysqld
