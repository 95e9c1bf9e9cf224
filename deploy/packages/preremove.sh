#!/bin/sh
# Stops the schedule when the package is removed, and not when it is upgraded. State, settings and logs stay.
set -e
if { [ "$1" = remove ] || [ "$1" = 0 ]; } && [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
	systemctl disable --now 'blackbirdctl-*.timer'
fi
