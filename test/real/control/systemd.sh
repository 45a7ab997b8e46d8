#!/bin/sh
# Becomes a systemd that knows the units of one directory alone, as PID 1 of namespaces and
# a cgroup of its own. Of the machine it can change nothing but the files that tests write.
set -eu
cgroup=$1 units=$2
mkdir -p "$cgroup"
echo $$ > "$cgroup/cgroup.procs"
# shellcheck disable=SC2016
exec unshare --fork --kill-child --pid --mount --mount-proc --cgroup --uts --ipc sh -euc '
  mount --make-rprivate /
  mount -t tmpfs none /run
  mount -t cgroup2 none /sys/fs/cgroup
  for path in /etc /proc/sys; do
    mount --bind "$path" "$path"
    mount -o remount,ro,bind "$path"
  done
  exec env -i container=drover PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    SYSTEMD_UNIT_PATH="$0" SYSTEMD_GENERATOR_PATH=/nowhere \
    /lib/systemd/systemd --system --unit=multi-user.target --log-target=null --show-status=no
' "$units"
