# Whether a service's name resolves in the container. $1 is the name; without a dot it gets
# `.internal`. Containers may lack `ping`, and its packets may be dropped where TCP works.
# Prints host=, "address=..." for each address, and resolved=yes or no.
host=$1
case $host in *.*) ;; *) host=$host.internal ;; esac
echo "host=$host"
if command -v getent >/dev/null 2>&1; then
  found=$(getent ahosts "$host" | cut -d' ' -f1 | sort -u)
elif command -v python3 >/dev/null 2>&1; then
  found=$(python3 -c 'import socket, sys; print("\n".join(sorted({a[4][0] for a in socket.getaddrinfo(sys.argv[1], None)})))' "$host" 2>/dev/null)
elif command -v php >/dev/null 2>&1; then
  found=$(php -r 'echo implode("\n", gethostbynamel($argv[1]) ?: []);' "$host" 2>/dev/null)
elif command -v node >/dev/null 2>&1; then
  found=$(node -e 'require("dns").lookup(process.argv[1], {all: true}, (e, a) => (a || []).forEach((x) => console.log(x.address)))' "$host")
else
  echo "resolved=unknown"
  exit 0
fi
for address in $found; do echo "address=$address"; done
if [ -n "$found" ]; then echo "resolved=yes"; else echo "resolved=no"; fi
