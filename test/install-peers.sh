#!/bin/sh
# Installs what the tests need from Debian (Chromium for the page, promtool for /metrics), or says how.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v promtool >/dev/null 2>&1 || missing="$missing prometheus"
[ -z "$missing" ] && exit 0

install="apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the tests:$missing"
  sh -c "$install" >/tmp/castellan-peers.log 2>&1 || { tail -20 /tmp/castellan-peers.log; exit 1; }
  exit 0
fi
echo "The tests need Debian packages that are not installed. Run, as root:" >&2
echo "  $install" >&2
exit 1
