#!/bin/sh
# Stops the schedule when the package is removed, and not when it is upgraded. State, settings and logs stay.
set -e
root=${DPKG_ROOT:-}
if { [ "$1" = remove ] || [ "$1" = 0 ]; } && command -v systemctl >/dev/null; then
	cd "$root/usr/lib/systemd/system"
	# The pattern is the shell's: systemctl takes none here.
	systemctl --root="$root/" disable blackbirdctl-*.timer
	if [ -z "$root" ] && [ -d /run/systemd/system ]; then
		systemctl stop 'blackbirdctl-*.timer'
		systemctl daemon-reload
	fi
fi
