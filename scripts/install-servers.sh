#!/bin/sh
# Installs, from Debian's packages, the real servers that the tests run, the tools
# they look with, and Chromium. Starts none of them. For root on Debian 12.
set -eu

# Packages start their servers when they are installed, unless this says no.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  nginx php8.2-fpm php8.2-cli php8.2-mysql php8.2-redis mariadb-server postgresql redis-server \
  strace lsof procps util-linux tini tmux chromium supervisor runit s6 systemd faketime \
  zsh fish
