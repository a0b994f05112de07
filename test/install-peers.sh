#!/bin/sh
# Installs what the tests need from Debian, or says how: Chromium for the page, promtool for /metrics,
# ClickHouse 18.16 and ZooKeeper (with Java) for the fleet monitor, openssl for certificates.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
command -v promtool >/dev/null 2>&1 || missing="$missing prometheus"
[ -x /usr/sbin/clickhouse-server ] || missing="$missing clickhouse-server"
[ -e /usr/share/java/zookeeper.jar ] || missing="$missing libzookeeper-java"
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
[ -z "$missing" ] && exit 0

install="apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the tests:$missing"
  # The tests start servers of their own: Debian's policy file keeps apt from starting services.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  sh -c "$install" >/tmp/castellan-peers.log 2>&1 || { tail -20 /tmp/castellan-peers.log; exit 1; }
  exit 0
fi
echo "The tests need Debian packages that are not installed. Run, as root:" >&2
echo "  $install" >&2
exit 1
