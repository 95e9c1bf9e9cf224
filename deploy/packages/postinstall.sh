#!/bin/sh
# Makes the user and the folders, on Debian and Fedora by systemd's own lists. dpkg sets DPKG_ROOT where it installs into another root.
set -e
root=${DPKG_ROOT:-}
if command -v systemd-sysusers >/dev/null && command -v systemd-tmpfiles >/dev/null; then
	systemd-sysusers --root="$root/" blackbirdctl.conf
	systemd-tmpfiles --root="$root/" --create blackbirdctl.conf
elif [ -z "$root" ]; then
	id blackbirdctl >/dev/null 2>&1 || useradd -r -U -d /var/lib/blackbirdctl -s /sbin/nologin blackbirdctl 2>/dev/null ||
		{ addgroup -S blackbirdctl; adduser -S -D -H -h /var/lib/blackbirdctl -s /sbin/nologin -G blackbirdctl blackbirdctl; }
	install -d -m 0750 -g blackbirdctl /etc/blackbirdctl
	chgrp blackbirdctl /etc/blackbirdctl/*
	install -d -m 0700 -o blackbirdctl -g blackbirdctl /var/lib/blackbirdctl
	install -d -m 0750 -o blackbirdctl -g blackbirdctl /var/log/blackbirdctl
fi
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
