#!/bin/sh
# Makes the README's pictures, docs/menu.png and docs/demo.png, of the demo's shop: `make pictures`.
set -eu
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shot FILE URL WIDTH HEIGHT
shot() {
	"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1.5 \
		--window-size="$3,$4" --virtual-time-budget=2000 --screenshot="$1" "$2" 2>"$work/browser.log" ||
		{ cat "$work/browser.log" >&2; exit 1; }
}

go run ./internal/tools/demo --bin bin/blackbirdctl --state "$work/state" >"$work/demo.txt"
bin/blackbirdctl menu --state-dir "$work/state" --title "An invented shop" --html "$work/menu.html"
shot docs/menu.png "file://$work/menu.html" 1000 560

# Of the demo, the passes after the day of trading, and what they changed on the menu.
{
	printf '<meta charset="utf-8"><style>body{margin:0;background:#0d1117}'
	printf 'pre{color:#d7dee6;font:13px/1.4 "DejaVu Sans Mono",monospace;padding:16px 20px;margin:0}</style><pre>'
	sed -n '/^4\. /,/^The points of those/p' "$work/demo.txt" | sed '$d; s/&/\&amp;/g; s/</\&lt;/g'
	printf '</pre>'
} >"$work/demo.html"
shot docs/demo.png "file://$work/demo.html" 860 700
